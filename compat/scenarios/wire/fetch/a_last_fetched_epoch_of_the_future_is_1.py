"""A last fetched epoch that the log never had is 1; the log's own is good."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    for epoch in (5, 0, -1):
        body = fetch((topic, 1))
        body["topics"][0]["partitions"][0]["last_fetched_epoch"] = epoch
        broker.ask("Fetch", 12, **body)

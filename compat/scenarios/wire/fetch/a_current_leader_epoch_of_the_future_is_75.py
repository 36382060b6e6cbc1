"""A current leader epoch above the broker's is 75, the broker's own is good, -1 is not looked
at."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    for version, epoch in ((9, 5), (12, 5), (12, 0), (12, -1)):
        body = fetch((topic, 0))
        body["topics"][0]["partitions"][0]["current_leader_epoch"] = epoch
        broker.ask("Fetch", version, **body)

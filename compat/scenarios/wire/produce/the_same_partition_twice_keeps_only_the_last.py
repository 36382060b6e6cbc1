"""A partition listed twice in one Produce: the last batch is written, the first is lost without
an error."""

from compat.wire import Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    body = produce(topic, None)
    body["topic_data"][0]["partition_data"] = [
        {"index": 0, "records": batch(value)} for value in (b"lost", b"kept")
    ]
    broker.ask("Produce", 9, **body)
    broker.ask("Fetch", 12, **fetch((topic, 0)))

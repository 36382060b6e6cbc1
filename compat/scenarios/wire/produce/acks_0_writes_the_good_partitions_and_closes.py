"""Produce with acks 0 to a good and an unknown partition writes the good one and closes."""

from compat.wire import Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    body = produce(topic, None, acks=0)
    body["topic_data"][0]["partition_data"] = [
        {"index": index, "records": batch(b"x")} for index in (0, 5)
    ]
    connection = broker.connect()
    connection.send("Produce", 9, **body)
    broker.outcome("Metadata", 9, on=connection, topics=[])
    broker.ask("Fetch", 12, **fetch((topic, 0), max_wait_ms=2000, min_bytes=1))

"""Produce without topics is answered with none; a topic without partitions does not matter."""

from compat.wire import Wire, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.ask("Produce", 9, acks=-1, timeout_ms=1000, topic_data=[])
    body = produce(topic, None)
    body["topic_data"][0]["partition_data"] = []
    broker.ask("Produce", 9, **body)
    connection = broker.connect()
    connection.send("Produce", 9, acks=0, timeout_ms=1000, topic_data=[])
    broker.ask("Metadata", 9, on=connection, topics=[], show=lambda a: {"topics": a["topics"]})

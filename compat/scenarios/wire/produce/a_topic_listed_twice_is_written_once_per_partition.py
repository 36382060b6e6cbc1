"""A topic in two rows of one Produce: its different partitions are all written."""

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    body = produce(topic, batch(b"zero"))
    body["topic_data"].append(produce(topic, batch(b"one"), partition=1)["topic_data"][0])
    broker.ask("Produce", 9, **body)
    for partition in (0, 1):
        broker.ask("ListOffsets", 6, **list_offsets(topic, -1, partition=partition))

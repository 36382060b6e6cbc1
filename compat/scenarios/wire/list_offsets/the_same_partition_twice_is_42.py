"""A partition listed twice is 42, once."""

from compat.wire import Wire, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    for version in (1, 7, 11):
        broker.ask("ListOffsets", version, **list_offsets(topic, -1, -2))
    body = list_offsets(topic, -1, -2)
    body["topics"][0]["partitions"].append({"partition_index": 1, "timestamp": -1})
    broker.ask("ListOffsets", 7, **body)

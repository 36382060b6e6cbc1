"""A topic or partition that does not exist is 3, beside others that do."""

from compat.wire import Wire, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (1, 7, 11):
        broker.ask("ListOffsets", version, **list_offsets(broker.name("none"), -1))
    body = list_offsets(topic, -1)
    body["topics"][0]["partitions"] = [
        {"partition_index": partition, "timestamp": -1} for partition in (9, 0, -1)
    ]
    broker.ask("ListOffsets", 7, **body)

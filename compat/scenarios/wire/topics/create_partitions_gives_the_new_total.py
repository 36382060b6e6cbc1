"""The count of CreatePartitions is the new total; the new partitions are empty and usable."""

from compat.wire import Message, Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    for version in range(4):
        topic = broker.topic(f"t{version}")
        broker.fill(topic, batch(b"x"))
        broker.ask("CreatePartitions", version, **_to(topic, 3))
        broker.until(_three, "Metadata", 9, topics=[{"name": topic}])
        broker.until(_good, "ListOffsets", 6, **list_offsets(topic, -1, partition=2))
        broker.ask("Produce", 9, **produce(topic, batch(b"y"), 2))


def _to(topic: str, count: int) -> Message:
    return {
        "topics": [{"name": topic, "count": count, "assignments": None}],
        "timeout_ms": 10_000,
    }


def _three(answer: Message) -> bool:
    return len(answer["topics"][0]["partitions"]) == 3


def _good(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)

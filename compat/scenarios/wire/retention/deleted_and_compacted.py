"""A topic that is compacted and deleted loses whole old segments by retention.ms."""

from compat.wire import Message, Wire, batch, list_offsets

SETTINGS = {"log.retention.check.interval.ms": "100", "log.initial.task.delay.ms": "100"}


def run(broker: Wire) -> None:
    topic = broker.topic(cleanup_policy="compact,delete", segment_ms=1000, retention_ms=3_600_000)
    for at in (1000, 5000, 9000):
        broker.fill(topic, batch((b"%d" % at, b"x"), timestamp=at))
    broker.fill(topic, batch((b"k", b"x")))

    def gone(answer: Message) -> bool:
        return bool(answer["topics"][0]["partitions"][0]["offset"] == 3)

    broker.until(gone, "ListOffsets", 6, **list_offsets(topic, -2))
    for timestamp in (-2, -1, 1000, -3):
        broker.ask("ListOffsets", 6, **list_offsets(topic, timestamp))

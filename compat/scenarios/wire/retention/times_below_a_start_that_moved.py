"""After retention.bytes has moved the start, times of what is gone find the first record that is
left, and fetches below it are out of range."""

from compat.wire import Message, Wire, batch, fetch, list_offsets

SETTINGS = {"log.retention.check.interval.ms": "100", "log.initial.task.delay.ms": "100"}


def run(broker: Wire) -> None:
    topic = broker.topic(segment_ms=1000, retention_bytes=100, retention_ms=-1)
    for at in (1000, 5000, 9000, 13_000):
        broker.fill(topic, batch(b"x" * 60, timestamp=at))

    def gone(answer: Message) -> bool:
        return bool(answer["topics"][0]["partitions"][0]["offset"] >= 3)

    broker.until(gone, "ListOffsets", 6, **list_offsets(topic, -2))
    for timestamp in (-2, -1, -3, 0, 1000, 9000, 13_000, 13_001):
        broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp))
    for offset in (0, 2, 3, 4, 5):
        broker.ask("Fetch", 12, **fetch((topic, offset)))

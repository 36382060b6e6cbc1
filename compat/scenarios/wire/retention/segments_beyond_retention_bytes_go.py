"""A segment goes when without it the log still holds retention.bytes; 0 takes even the last one."""

from compat.wire import Message, Wire, batch, list_offsets

SETTINGS = {"log.retention.check.interval.ms": "100", "log.initial.task.delay.ms": "100"}


def run(broker: Wire) -> None:
    size = len(batch(b"x" * 100, timestamp=1000))
    for short, limit in (("a", 2 * size), ("b", 2 * size + 1), ("c", 2 * size - 1), ("d", 0)):
        topic = broker.topic(short, segment_ms=1000, retention_ms=-1, retention_bytes=limit)
        for at in (1000, 5000, 9000, 13_000):
            broker.fill(topic, batch(b"x" * 100, timestamp=at))
        _settle(broker, topic, {"a": 2, "b": 1, "c": 2, "d": 4}[short])
        broker.ask("ListOffsets", 6, **list_offsets(topic, -2))


def _settle(broker: Wire, topic: str, start: int) -> None:
    def there(answer: Message) -> bool:
        return bool(answer["topics"][0]["partitions"][0]["offset"] >= start)

    broker.until(there, "ListOffsets", 6, **list_offsets(topic, -2))

"""Segments whose newest record is older than retention.ms go, oldest first, up to the first that is
not; the active one is rolled when it is too old as well."""

from compat.wire import Message, Wire, batch, list_offsets

SETTINGS = {"log.retention.check.interval.ms": "100", "log.initial.task.delay.ms": "100"}
NOW = 1_900_000_000_000


def run(broker: Wire) -> None:
    topic = broker.topic(
        segment_ms=1000, retention_ms=3_600_000, message_timestamp_after_max_ms=2**62
    )
    # Old, old, of the future, old: what is behind the young one stays with it.
    for at in (1000, 5000, NOW, NOW + 5000):
        broker.fill(topic, batch(b"x", timestamp=at))
    _settle(broker, topic, 2)
    broker.ask("ListOffsets", 6, **list_offsets(topic, -2))
    old = broker.topic("old", segment_ms=1000, retention_ms=3_600_000)
    for at in (1000, 5000, 9000):
        broker.fill(old, batch(b"x", timestamp=at))
    _settle(broker, old, 3)
    for timestamp in (-2, -1):
        broker.ask("ListOffsets", 6, **list_offsets(old, timestamp))


def _settle(broker: Wire, topic: str, start: int) -> None:
    def there(answer: Message) -> bool:
        return bool(answer["topics"][0]["partitions"][0]["offset"] >= start)

    broker.until(there, "ListOffsets", 6, **list_offsets(topic, -2))

"""retention.ms takes old segments of an open transaction: the last stable offset moves to the
log's start."""

from compat.wire import Message, Wire, batch, fetch, list_offsets
from compat.wire.coordinators import add_partitions, begin, ended, write_at

SETTINGS = {"log.retention.check.interval.ms": "100", "log.initial.task.delay.ms": "100"}


def run(broker: Wire) -> None:
    topic = broker.topic(segment_ms=1000, retention_ms=3_600_000)
    name, producer = begin(broker)
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write_at(1000, name, producer, topic, 0))
    broker.fill(topic, batch(b"old", timestamp=5000), batch(b"new"))

    def gone(answer: Message) -> bool:
        return bool(answer["topics"][0]["partitions"][0]["offset"] == 2)

    try:
        broker.until(gone, "ListOffsets", 6, **list_offsets(topic, -2))
    except TimeoutError:
        broker.record("ListOffsets v6", "never")
    broker.ask("Fetch", 12, **fetch((topic, 2), isolation_level=1))
    ended(broker, name, producer, committed=False)
    broker.ask("Fetch", 12, **fetch((topic, 2), isolation_level=1))

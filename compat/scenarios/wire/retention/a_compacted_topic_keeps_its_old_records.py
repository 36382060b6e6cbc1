"""A topic that is only compacted keeps its old records: retention.ms and retention.bytes are for
the policy delete."""

from compat.wire import Wire, batch, list_offsets

SETTINGS = {"log.retention.check.interval.ms": "100", "log.initial.task.delay.ms": "100"}


def run(broker: Wire) -> None:
    kept = broker.topic("c", cleanup_policy="compact", retention_ms=1000, retention_bytes=0)
    broker.fill(kept, batch((b"k", b"v"), timestamp=1000))
    gone = broker.topic("d", retention_ms=1000)
    broker.fill(gone, batch(b"v", timestamp=1000))

    def empty(answer: dict[str, object]) -> bool:
        rows = answer["topics"]
        assert isinstance(rows, list)
        return bool(rows[0]["partitions"][0]["offset"] == 1)

    broker.until(empty, "ListOffsets", 6, **list_offsets(gone, -2))
    broker.ask("ListOffsets", 6, **list_offsets(kept, -2))

"""Topics, partitions and configs of one request, its changed configs or quotas, are 10,000 at most:
beyond that all of it is 44."""

from collections import Counter
from typing import Any

from compat.wire import Message, Wire
from compat.wire.configs import GROUP, SET, changed, increments
from compat.wire.quotas import entity, entry

CONFIG = "consumer.session.timeout.ms"


def run(broker: Wire) -> None:
    config = {"name": "retention.ms", "value": "5"}
    for count, partitions, configs in (
        (1, 9_999, []),
        (1, 10_000, []),
        (100, 98, [config]),
        (100, 99, [config]),
    ):
        topics = [
            {
                "name": broker.name(str(number)),
                "num_partitions": partitions,
                "replication_factor": 1,
                "configs": configs,
            }
            for number in range(count)
        ]
        rows = broker.quiet("CreateTopics", 7, topics=topics, timeout_ms=9_000, validate_only=True)
        broker.record(f"CreateTopics v7 {count} x {partitions}", _codes(rows["topics"]))
    changes = [(CONFIG, SET, "50000")]
    groups = [changed(GROUP, broker.name(str(number)), *changes) for number in range(10_001)]
    body = increments(*groups, validate_only=True)
    altered = broker.quiet("IncrementalAlterConfigs", 1, **body)
    broker.record("IncrementalAlterConfigs v1 10001", _codes(altered["responses"]))
    entries = [entry(entity(user=str(number)), producer_byte_rate=5.0) for number in range(10_001)]
    limited = broker.quiet("AlterClientQuotas", 1, entries=entries, validate_only=True)
    broker.record("AlterClientQuotas v1 10001", _codes(limited["entries"]))


def _codes(rows: list[Message]) -> list[Any]:
    return sorted(Counter(row["error_code"] for row in rows).items())

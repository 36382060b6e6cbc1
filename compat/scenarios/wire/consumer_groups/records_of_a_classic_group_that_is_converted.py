"""In __consumer_offsets a conversion is a tombstone of the old kind and the records of the new one,
each way."""

from typing import Any

from compat.wire import Message, Wire, fetch, read_batches
from compat.wire.coordinators import (
    assigning_at_once,
    beat,
    classic_group,
    enter,
    known_topic,
    partition_of_group,
    rejoin,
)


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    topic = known_topic(broker, near=group)
    classic = classic_group(broker, group, topic, 0)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    broker.quiet("JoinGroup", 5, **rejoin(group, classic, topic, 0))
    broker.quiet("ConsumerGroupHeartbeat", 1, **beat(group, "new", -1))
    body = fetch(("__consumer_offsets", 0), partition=partition_of_group(group))
    records = broker.quiet("Fetch", 12, **body)["responses"][0]["partitions"][0]["records"]
    size = len(group.encode())
    wanted = size.to_bytes(2, "big") + group.encode()
    for number, batch in enumerate(read_batches(records)):
        rows = [row for row in batch["records"] if row["key"][2 : 4 + size] == wanted]
        if rows:
            broker.record(f"Fetch v12 of batch {number and ''}", _shown(rows))


def _shown(rows: list[Message]) -> list[Any]:
    """Type, version of the value, None for a tombstone."""
    return [
        (
            int.from_bytes(row["key"][:2], "big"),
            None if row["value"] is None else int.from_bytes(row["value"][:2], "big"),
        )
        for row in rows
    ]

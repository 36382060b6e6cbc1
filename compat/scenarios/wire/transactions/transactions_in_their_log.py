"""In __transaction_state each step of a transaction is a record: its version, epoch, timeout and
state."""

import struct
from typing import Any

from compat.wire import Message, Wire, fetch, read_batches
from compat.wire.coordinators import (
    begin,
    ended,
    ended_anew,
    opened,
    partition_of_group,
    write,
)

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    old, producer = opened(broker, topic, short="old")
    ended(broker, old, producer, committed=True)
    new, producer = begin(broker, "new")
    broker.quiet("Produce", 12, **write(new, producer, topic, 0))
    ended_anew(broker, new, producer, committed=False)
    for name in (old, new):
        body = fetch(("__transaction_state", 0), partition=partition_of_group(name))
        answer = broker.quiet("Fetch", 12, **body)
        broker.record("Fetch v12", [row for row in _rows(answer) if row[0] == name])


def _rows(answer: Message) -> list[Any]:
    batches = read_batches(answer["responses"][0]["partitions"][0]["records"])
    return [_row(record) for batch in batches for record in batch["records"]]


def _row(record: Message) -> Any:
    key, value = record["key"], record["value"]
    version, _, epoch, timeout, state = struct.unpack_from(">hqhib", value)
    # The key is a version and a text.
    return key[4:].decode(), key[:2].hex(), version, epoch, timeout, state, len(value)

"""The records that go to a partition together, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from wirekafka_protocol.records.record import Record

from wirekafka.cli.wire.cluster import TopicPartition


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a batch was not acknowledged: the class of Java's exception, and its message."""

    exception: str
    message: str


@dataclass(slots=True)
class Batch:
    """Records of one partition; `sent_ms` are the times at which they were handed over, `number`
    counts the batches, `sequence` is that of the first record, once it has one."""

    at: TopicPartition
    opened_s: float
    number: int
    sequence: int = -1
    records: list[Record] = field(default_factory=list)
    sent_ms: list[int] = field(default_factory=list)
    size_bytes: int = 0


Done = Callable[[Batch, int, Refusal | None], None]
"""Called for each batch with its base offset (-1: unknown) and None, or why it was refused."""

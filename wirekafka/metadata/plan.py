"""What the controller wants written, and how it is cut into transactions.

A plan is a result for the caller and steps in order. The writes of one step happen together;
everything before a step has happened when it does. That is all a topic of 100,000 partitions needs:
its partition states are steps of their own, the key that makes it exist is the last.

Every transaction carries the controller's guard, so a controller that was replaced can write
nothing, whatever it believes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata.engine import MAX_TXN_BYTES, MAX_TXN_OPS, Delete, Guard, Op, Put

Result = TypeVar("Result")

MAX_RECORDS_PER_REQUEST = 10_000
"""Kafka's `QuorumController.MAX_RECORDS_PER_USER_OP`: what one request may change, counted in
records of Kafka's metadata log: a topic, a partition, a config, a quota. Beyond it nothing of the
request is done, and the controller is not kept busy."""


@dataclass(slots=True, frozen=True)
class Write:
    """Set a key, or delete it when `value` is None.

    With `mod_rev`: only if the key was last changed then; 0 when the controller's guard is enough.
    """

    key: bytes
    value: bytes | None
    mod_rev: int = 0

    @property
    def size(self) -> int:
        return len(self.key) + len(self.value or b"")


Step = tuple[Write, ...]

Charge = Callable[[int], None]
"""Charges a number of created or deleted partitions to the quota of whoever asks; raises
ApiError(THROTTLING_QUOTA_EXCEEDED) when it is used up (KIP-599)."""


def free_of_charge(partitions: int) -> None:
    """For what no quota limits."""


def check_size(records: int) -> None:
    """Raises ApiError(POLICY_VIOLATION) when a request would change too much at once."""
    if records > MAX_RECORDS_PER_REQUEST:
        text = (
            f"Unable to perform excessively large batch operation: more than"
            f" {MAX_RECORDS_PER_REQUEST} changes. Spread them over several requests."
        )
        raise ApiError(ErrorCode.POLICY_VIOLATION, text)


@dataclass(slots=True)
class Plan(Generic[Result]):
    """The answer to a request, true once `steps` are written."""

    result: Result
    steps: list[Step] = field(default_factory=list)


def transactions(steps: Iterable[Step], guard: Guard) -> Iterator[tuple[list[Guard], list[Op]]]:
    """The fewest transactions for the steps, in order; each with the guard and its writes' own."""
    pending: list[Write] = []
    size = 0
    written: set[bytes] = set()
    for step in steps:
        step_size = sum(write.size for write in step)
        too_many = len(pending) + len(step) > MAX_TXN_OPS
        repeats = any(write.key in written for write in step)
        if pending and (too_many or repeats or size + step_size > MAX_TXN_BYTES):
            yield _transaction(pending, guard)
            pending, size = [], 0
            written.clear()
        pending.extend(step)
        written.update(write.key for write in step)
        size += step_size
    if pending:
        yield _transaction(pending, guard)


def _transaction(writes: list[Write], guard: Guard) -> tuple[list[Guard], list[Op]]:
    guards = [guard]
    guards.extend(Guard.mod_rev(write.key, write.mod_rev) for write in writes if write.mod_rev)
    ops: list[Op] = [
        Delete(write.key) if write.value is None else Put(write.key, write.value)
        for write in writes
    ]
    return guards, ops

"""The contract between a coordinator machine and the runtime that drives it.

A machine (the group coordinator of one `__consumer_offsets` partition; later transactions) does
no I/O, reads no clock and logs nothing. The runtime hands it a request with a ticket; the machine
answers with a `Decision`: the records that must be written, the tickets that are then answered,
the timers to set. Deciding and changing are apart: only `replay()` changes persisted state, and
the runtime calls it for each record of a decision once the record is appended, and for every
record of the log when the coordinator is loaded. So a restart is the normal path.

What is not persisted (a parked JoinGroup, the time of the last heartbeat) a machine may change
while it decides.

Source: Kafka's coordinator-common (`CoordinatorResult`, `CoordinatorShard`, `CoordinatorTimer`).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Protocol

from wirekafka_protocol.errors import ApiError

Ticket = int
"""Names one waiting request. Given by the runtime, meaningless to the machine."""


@dataclass(slots=True, frozen=True)
class CoordinatorRecord:
    """One record for the coordinator's log.

    `key` and `value` are generated messages (`GroupMetadataKey`, `OffsetCommitValue`, …) with the
    version to write them in; on disk each is an int16 version followed by the message.
    `value` is None for a tombstone.
    """

    key: Any
    key_version: int
    value: Any | None
    value_version: int = 0


@dataclass(slots=True, frozen=True)
class Reply:
    """The answer to one ticket: a response message, or the error the whole request gets."""

    ticket: Ticket
    response: Any | ApiError


@dataclass(slots=True, frozen=True)
class Timer:
    """Call `on_timer(key, now_ms)` at `deadline_ms` (wall time of the Clock).

    Replaces the earlier timer of the same key. None takes it back.
    """

    key: Hashable
    deadline_ms: int | None


@dataclass(slots=True)
class Decision:
    """What one request or timer leads to, in the order in which the runtime carries it out:
    append `records`, replay them, set `timers`, and send `replies` once the records are committed.
    """

    records: list[CoordinatorRecord] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)


@dataclass(slots=True, frozen=True)
class RequestInfo:
    """What a machine may know of a request besides its body."""

    api_version: int
    client_id: str
    client_host: str  # as Kafka shows it: "/127.0.0.1"


class CoordinatorMachine(Protocol):
    """What every machine offers the runtime; its request methods are its own."""

    def replay(self, record: CoordinatorRecord) -> None:
        """Apply a record that is in the log. The only method that changes persisted state."""

    def on_loaded(self, now_ms: int) -> Decision:
        """The whole log was replayed: arm the timers of what was found."""

    def on_timer(self, key: Hashable, now_ms: int) -> Decision:
        """A timer fired. Unknown keys give an empty decision."""

"""The contract between a coordinator machine and the runtime that drives it.

A machine (the group coordinator of one `__consumer_offsets` partition, the transaction coordinator
of one of `__transaction_state`) does no I/O, reads no clock and logs nothing. The runtime hands it
a request with a ticket; the machine answers with a `Decision`: the records that must be written,
the tickets that are then answered, the timers to set, and what has to happen outside once the
records are committed. Deciding and changing are apart: only `replay()` and
`replay_end_transaction()` change persisted state, and the runtime calls them for each record of a
decision once the record is appended, and for every record and transaction marker of the log when
the coordinator is loaded. So a restart is the normal path.

Records that a machine writes for a transactional producer (Decision.producer) count only once the
producer's transaction is committed: its marker in the same log says so. While it makes such a
decision a machine changes nothing at all, for the log may refuse the producer.

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

NO_PRODUCER_ID = -1
"""Of a record that is not part of a transaction."""


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


@dataclass(slots=True, frozen=True)
class ProducerStamp:
    """Who writes a transactional batch, or ends a transaction."""

    producer_id: int
    producer_epoch: int


@dataclass(slots=True)
class Decision:
    """What one request or timer leads to, in the order in which the runtime carries it out:
    append `records`, replay them, set `timers`, and once the records are committed send `replies`
    and hand `effects` to the owner of the runtime.
    """

    records: list[CoordinatorRecord] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    effects: list[Any] = field(default_factory=list)
    """What the machine wants done elsewhere. It may be lost with the broker, so whoever loads the
    log must be able to decide it again."""
    producer: ProducerStamp | None = None
    """The records are one transactional batch of this producer."""


@dataclass(slots=True, frozen=True)
class RequestInfo:
    """What a machine may know of a request besides its body."""

    api_version: int
    client_id: str
    client_host: str  # as Kafka shows it: "/127.0.0.1"


class Standing(Protocol):
    """How a machine stands in its runtime, which a machine's decisions need not know."""

    is_active: bool
    """It is loaded and serves; once False it is so for ever."""
    uncommitted_end: int | None
    """Answers have to wait until the log is committed up to here; None: they need not wait."""


class CoordinatorMachine(Protocol):
    """What every machine offers the runtime; its request methods are its own."""

    def replay(self, record: CoordinatorRecord, producer_id: int = NO_PRODUCER_ID) -> None:
        """Apply a record that is in the log. With a producer id it belongs to that producer's open
        transaction, and counts once that is committed."""

    def replay_end_transaction(
        self, producer_id: int, producer_epoch: int, committed: bool
    ) -> None:
        """Apply a marker that is in the log: the producer's open transaction has ended. Unknown
        producers change nothing."""

    def on_loaded(self, now_ms: int) -> Decision:
        """The whole log was replayed: arm the timers of what was found."""

    def on_timer(self, key: Hashable, now_ms: int) -> Decision:
        """A timer fired. Unknown keys give an empty decision."""

"""The MetadataEngine port: a strictly serializable key-value store with revisions and watches.

All cluster state lives behind it, on a single node too, so the broker above it is the same program
with SQLite (`local.py`) and with a consensus system. Keys are bytes relative to the cluster; a
driver adds its own prefix.

The contract, which the conformance suite tests line by line on every driver:

1. `txn` is atomic and strictly serializable, takes at most `MAX_TXN_OPS` operations and
   `MAX_TXN_BYTES`, and names a key at most once. The revision grows with every transaction that
   changes anything.
2. `snapshot` is linearizable and names its revision; `watch(revision + 1)` delivers what came
   after, in order. Events of one key may be coalesced, but the last value always arrives.
3. So consumers are level-triggered, and compare `create_rev` as well as presence: a key that was
   deleted and put again within one batch is another key (KIP-380's lesson).
4. Keys bound to a session vanish when it ends, as ordinary delete events.
5. A write whose answer was lost raises `Ambiguous`. No driver retries it: the caller reads again.
6. Time is monotonic time only.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

MAX_TXN_OPS = 100
"""Operations of one transaction; etcd's default limit is 128, guards counted apart."""

MAX_TXN_BYTES = 1 << 20
"""Keys and values of one transaction; etcd's request limit is 1.5 MiB with its framing."""


class Ambiguous(Exception):
    """The transaction may or may not have happened. Read before writing again."""


class Unavailable(Exception):
    """The engine cannot answer; what was asked has not happened."""


class Compacted(Exception):
    """The events asked for are gone. Take a new snapshot."""


@dataclass(slots=True, frozen=True)
class Item:
    """The value of a key, the revisions that created and last changed it."""

    value: bytes
    create_rev: int
    mod_rev: int


@dataclass(slots=True, frozen=True)
class Snapshot:
    """Every key below a prefix as of one revision."""

    revision: int
    items: Mapping[bytes, Item]


class GuardKind(Enum):
    """What a guard compares."""

    ABSENT = "absent"
    MOD_REV = "mod_rev"
    CREATE_REV = "create_rev"


@dataclass(slots=True, frozen=True)
class Guard:
    """A condition of a transaction. Build it with one of the three class methods."""

    key: bytes
    kind: GuardKind
    revision: int = 0

    @classmethod
    def absent(cls, key: bytes) -> Guard:
        """There is no such key."""
        return cls(key, GuardKind.ABSENT)

    @classmethod
    def mod_rev(cls, key: bytes, revision: int) -> Guard:
        """The key was last changed at `revision`."""
        return cls(key, GuardKind.MOD_REV, revision)

    @classmethod
    def create_rev(cls, key: bytes, revision: int) -> Guard:
        """The key was created at `revision`."""
        return cls(key, GuardKind.CREATE_REV, revision)

    def holds(self, item: Item | None) -> bool:
        """Whether the condition is true of the key's present item, None when it is absent."""
        if self.kind is GuardKind.ABSENT:
            return item is None
        if item is None:
            return False
        actual = item.mod_rev if self.kind is GuardKind.MOD_REV else item.create_rev
        return actual == self.revision


class Lost(Protocol):
    """An event that is set once and for ever; asyncio.Event is one."""

    def is_set(self) -> bool:
        """Whether it happened."""

    async def wait(self) -> bool:
        """Return when it has happened."""


class Session(Protocol):
    """The proof that this process is alive; what is bound to it ends with it."""

    @property
    def id(self) -> int:
        """Names the session within the engine."""

    @property
    def alive(self) -> bool:
        """False from the moment this process knows that the session ended."""

    @property
    def renewed_at(self) -> float:
        """Monotonic seconds of the last confirmed renewal; infinity when none is needed."""

    @property
    def lost(self) -> Lost:
        """Set when the session has ended."""

    async def revoke(self) -> None:
        """End the session now and delete its keys. Does nothing when it has ended."""


@dataclass(slots=True, frozen=True)
class Put:
    """Set a key. With a session: the key lasts no longer than it.

    A transaction that puts to an ended session fails as if a guard had failed.
    """

    key: bytes
    value: bytes
    session: Session | None = None


@dataclass(slots=True, frozen=True)
class Delete:
    """Remove a key; nothing happens when there is none."""

    key: bytes


Op = Put | Delete


@dataclass(slots=True, frozen=True)
class TxnResult:
    """Whether the guards held and the operations happened, and the revision after it."""

    ok: bool
    revision: int


@dataclass(slots=True, frozen=True)
class Event:
    """The latest state of one key: its item, or None when it was deleted."""

    key: bytes
    item: Item | None


@dataclass(slots=True, frozen=True)
class Batch:
    """What one revision changed below the watched prefix."""

    revision: int
    events: tuple[Event, ...]


class MetadataEngine(Protocol):
    """See the module's docstring for the contract."""

    async def snapshot(self, prefix: bytes) -> Snapshot:
        """Every key that starts with `prefix`. Raises Unavailable."""

    async def txn(self, guards: Sequence[Guard], ops: Sequence[Op]) -> TxnResult:
        """Do all of `ops` if all guards hold, else nothing. Raises Ambiguous, Unavailable."""

    def watch(self, prefix: bytes, from_rev: int) -> AsyncIterator[Batch]:
        """Batches from revision `from_rev` on. Iterating raises Compacted, Unavailable."""

    async def session(self, ttl: float) -> Session:
        """A new session that ends when it is not renewed for `ttl` seconds."""

"""The metadata engine of a single node: SQLite, with the semantics of the port.

One table of items and one row for the revision. The write-ahead log is synced at every commit
(`synchronous=FULL`), so what a caller was told survives a power cut; `OFF` is for data that may be
lost with the process. SQLite runs inline: a transaction takes microseconds plus one sync.

Watchers share one bounded history of recent batches and keep a cursor each, so a slow watcher costs
nothing and is told `Compacted` when it has fallen out of the history. Session keys are dropped at
start: whoever held them is dead, because the database is locked by one process at a time.

Invariants: the history is contiguous from `_compacted` to the present revision; a batch is in the
history only after its commit.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from weakref import WeakSet

from wirekafka.metadata.engine import (
    MAX_TXN_BYTES,
    MAX_TXN_OPS,
    Ambiguous,
    Batch,
    Compacted,
    Event,
    Guard,
    Item,
    Op,
    Put,
    Session,
    Snapshot,
    TxnResult,
    Unavailable,
)

METADATA_FILE = "wirekafka-metadata.sqlite"
"""In the first log directory. Kafka looks only at folders there, so it is in nobody's way."""

HISTORY_EVENTS = 20_000
"""Events kept for watchers: two hundred full transactions, a few megabytes at most."""

_STATEMENTS = 8
"""Kept prepared: all that a transaction consists of, and not what only opening needs."""

_FEW = 4
"""Keys of an ordinary transaction: the guard of the office, and what it changes."""

_AT_ONCE = 50
"""More save little time and cost memory: the statement is kept, some 120 bytes for each key."""

_FIRST_PAGES = 8
"""SQLite takes the memory of so many pages at once, and of 20 unless told so."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
    key BLOB PRIMARY KEY, value BLOB NOT NULL,
    create_rev INTEGER NOT NULL, mod_rev INTEGER NOT NULL, session INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS revision (
    only INTEGER PRIMARY KEY CHECK (only = 0), value INTEGER NOT NULL
);
INSERT OR IGNORE INTO revision VALUES (0, 0);
"""


class LocalSession:
    """A session of the local engine: it lives until it is revoked or the engine closes."""

    def __init__(self, engine: LocalEngine, session_id: int) -> None:
        self._engine = engine
        self.id = session_id
        self.alive = True
        self.renewed_at = math.inf
        self.lost = asyncio.Event()

    async def revoke(self) -> None:
        """End the session now and delete its keys."""
        if self.alive:
            self._engine.end_session(self)


class LocalEngine:
    """A MetadataEngine in one SQLite file, or in memory when `path` is None.

    Raises Unavailable when another process holds the file.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        synchronous: Literal["FULL", "OFF"] = "FULL",
        history_events: int = HISTORY_EVENTS,
    ) -> None:
        self._path = path
        self._history_events = history_events
        self._history: deque[Batch] = deque()
        self._history_size = 0
        self._watchers: WeakSet[_Watcher] = WeakSet()
        self._session_ids = itertools.count(1)
        self._sessions: dict[int, LocalSession] = {}
        self._closed = False
        try:
            self._database = sqlite3.connect(
                path or ":memory:", isolation_level=None, timeout=0, cached_statements=_STATEMENTS
            )
        except sqlite3.OperationalError as error:  # it takes no path of 500 characters
            raise Unavailable(f"metadata database {path}: {error}") from error
        try:
            self._open(synchronous)
        except sqlite3.DatabaseError as error:  # locked, unreadable, or no database at all
            self._database.close()
            raise Unavailable(f"metadata database {path}: {error}") from error
        self._compacted = self._revision

    async def snapshot(self, prefix: bytes) -> Snapshot:
        """Every key that starts with `prefix`."""
        self._check_open()
        upper = _upper_bound(prefix)
        rows = self._database.execute(
            "SELECT key, value, create_rev, mod_rev FROM items"
            " WHERE key >= ? AND (? IS NULL OR key < ?) ORDER BY key",
            (prefix, upper, upper),
        )
        items = {key: Item(value, create_rev, mod_rev) for key, value, create_rev, mod_rev in rows}
        return Snapshot(self._revision, items)

    async def txn(self, guards: Sequence[Guard], ops: Sequence[Op]) -> TxnResult:
        """Do all of `ops` if all guards hold, else nothing."""
        self._check_open()
        _check_size(ops)
        present = self._items(list(dict.fromkeys(one.key for one in (*guards, *ops))))
        if not all(guard.holds(present[guard.key]) for guard in guards):
            return TxnResult(ok=False, revision=self._revision)
        if any(_ended(op) for op in ops):
            return TxnResult(ok=False, revision=self._revision)
        self._write(ops, present)
        return TxnResult(ok=True, revision=self._revision)

    def watch(self, prefix: bytes, from_rev: int) -> AsyncIterator[Batch]:
        """Batches from revision `from_rev` on, as long as the history reaches back to it."""
        watcher = _Watcher(self, prefix, from_rev)
        self._watchers.add(watcher)
        return watcher

    async def session(self, ttl: float) -> Session:
        """A session; it needs no renewal, because it cannot outlive this process."""
        self._check_open()
        session = LocalSession(self, next(self._session_ids))
        self._sessions[session.id] = session
        return session

    def end_session(self, session: LocalSession) -> None:
        """Delete the keys of a session, as one transaction, and tell its owner."""
        self._check_open()
        rows = self._database.execute("SELECT key FROM items WHERE session = ?", (session.id,))
        deletes = tuple(Event(key, None) for (key,) in rows.fetchall())
        if deletes:
            with self._committing() as revision:
                self._database.execute("DELETE FROM items WHERE session = ?", (session.id,))
            self._publish(Batch(revision, deletes))
        del self._sessions[session.id]
        session.alive = False
        session.lost.set()

    def copy_to(self, path: str) -> None:
        """Write the database as it is now to a new file, unsynced. Raises OSError, Unavailable."""
        self._check_open()
        content = self._database.serialize()
        with open(path, "xb") as file:
            file.write(content)

    def close(self) -> None:
        """Let go of the file. Watchers end with Unavailable."""
        if self._closed:
            return
        self._closed = True
        self._database.close()
        for session in self._sessions.values():
            session.alive = False
            session.lost.set()
        self._wake()

    def batch_at(self, revision: int) -> Batch | None:
        """The batch of one revision, None when it is yet to come. Raises Compacted, Unavailable."""
        self._check_open()
        if revision <= self._compacted:
            first = self._compacted + 1
            raise Compacted(f"revision {revision} is gone, the history begins at {first}")
        place = revision - self._compacted - 1
        return self._history[place] if place < len(self._history) else None

    def _open(self, synchronous: str) -> None:
        execute = self._database.execute
        execute("PRAGMA locking_mode=EXCLUSIVE")
        if synchronous == "OFF":
            # There may be many such databases in one process: together 100 KiB less for each.
            execute("PRAGMA page_size=512")
            execute("PRAGMA journal_mode=MEMORY")
            execute(f"PRAGMA cache_size={_FIRST_PAGES}")
        else:
            execute("PRAGMA journal_mode=WAL")
        execute(f"PRAGMA synchronous={synchronous}")
        self._database.executescript(_SCHEMA)
        execute("PRAGMA cache_size=-2000")  # SQLite's own default
        (self._revision,) = execute("SELECT value FROM revision").fetchone()
        if execute("SELECT 1 FROM items WHERE session IS NOT NULL LIMIT 1").fetchone():
            with self._committing() as revision:
                execute("DELETE FROM items WHERE session IS NOT NULL")
            self._revision = revision

    def shrink(self) -> None:
        """Give up the memory that is not needed while nothing changes: of many, most are idle."""
        self._database.execute("PRAGMA shrink_memory")

    def _items(self, wanted: Sequence[bytes]) -> dict[bytes, Item | None]:
        """What is there of these keys, None where nothing is; one query for up to `_AT_ONCE`."""
        items: dict[bytes, Item | None] = dict.fromkeys(wanted)
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            # Two texts of the statement, so that it stays prepared: for few keys and for many.
            room = _FEW if len(some) <= _FEW else _AT_ONCE
            rows = self._database.execute(
                "SELECT key, value, create_rev, mod_rev FROM items"
                f" WHERE key IN ({', '.join('?' * room)})",
                (*some, *(None,) * (room - len(some))),
            )
            for key, value, create_rev, mod_rev in rows:
                items[key] = Item(value, create_rev, mod_rev)
        return items

    def _write(self, ops: Sequence[Op], before: Mapping[bytes, Item | None]) -> None:
        events: list[Event] = []
        changing = [op for op in ops if isinstance(op, Put) or before[op.key] is not None]
        if not changing:
            return
        rows: list[tuple[bytes, bytes, int, int, int | None]] = []
        with self._committing() as revision:
            for op in changing:
                item = None
                if isinstance(op, Put):
                    old = before[op.key]
                    item = Item(op.value, old.create_rev if old else revision, revision)
                    session_id = op.session.id if op.session is not None else None
                    rows.append((op.key, op.value, item.create_rev, revision, session_id))
                events.append(Event(op.key, item))
            # A transaction names a key once, so the order does not matter.
            self._database.executemany("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)", rows)
            gone = [(event.key,) for event in events if event.item is None]
            self._database.executemany("DELETE FROM items WHERE key = ?", gone)
        self._publish(Batch(revision, tuple(events)))

    @contextmanager
    def _committing(self) -> Iterator[int]:
        """One SQLite transaction, around the next revision.

        A fault before the commit leaves nothing behind; one in the commit itself leaves in doubt
        what a crash would find.
        """
        revision = self._revision + 1
        try:
            self._database.execute("BEGIN IMMEDIATE")
            yield revision
            self._database.execute("UPDATE revision SET value = ?", (revision,))
        except sqlite3.Error as error:
            self._roll_back()
            raise Unavailable(f"metadata database {self._path}: {error}") from error
        try:
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise Ambiguous(f"metadata database {self._path}: {error}") from error

    def _roll_back(self) -> None:
        if self._database.in_transaction:
            self._database.execute("ROLLBACK")

    def _publish(self, batch: Batch) -> None:
        assert batch.revision == self._revision + 1, "revisions are contiguous"
        self._revision = batch.revision
        self._history.append(batch)
        self._history_size += len(batch.events)
        while self._history_size > self._history_events and len(self._history) > 1:
            oldest = self._history.popleft()
            self._history_size -= len(oldest.events)
            self._compacted = oldest.revision
        self._wake()

    def _wake(self) -> None:
        for watcher in self._watchers:
            watcher.wake()

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable(f"metadata database {self._path} is closed")


class _Watcher:
    """A cursor over the engine's history that waits at its end."""

    def __init__(self, engine: LocalEngine, prefix: bytes, from_rev: int) -> None:
        self._engine = engine
        self._prefix = prefix
        self._next_rev = from_rev
        self._news = asyncio.Event()

    def wake(self) -> None:
        self._news.set()

    def __aiter__(self) -> _Watcher:
        return self

    async def __anext__(self) -> Batch:
        while True:
            while (batch := self._engine.batch_at(self._next_rev)) is not None:
                self._next_rev += 1
                events = tuple(e for e in batch.events if e.key.startswith(self._prefix))
                if events:
                    return Batch(batch.revision, events)
            self._news.clear()
            await self._news.wait()


def _check_size(ops: Sequence[Op]) -> None:
    assert len(ops) <= MAX_TXN_OPS, f"{len(ops)} operations in one transaction"
    assert len({op.key for op in ops}) == len(ops), "a key twice in one transaction"
    size = sum(len(op.key) + (len(op.value) if isinstance(op, Put) else 0) for op in ops)
    assert size <= MAX_TXN_BYTES, f"{size} bytes in one transaction"


def _ended(op: Op) -> bool:
    return isinstance(op, Put) and op.session is not None and not op.session.alive


def _upper_bound(prefix: bytes) -> bytes | None:
    """The smallest key above all that start with `prefix`; None when there is none."""
    stripped = prefix.rstrip(b"\xff")
    return stripped[:-1] + bytes([stripped[-1] + 1]) if stripped else None

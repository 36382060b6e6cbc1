"""What the SQLite engine promises beyond the contract: durability, locking, faults, bounds."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from wirekafka.metadata.engine import (
    MAX_TXN_BYTES,
    MAX_TXN_OPS,
    Ambiguous,
    Compacted,
    Delete,
    Guard,
    Put,
    Unavailable,
)
from wirekafka.metadata.local import LocalEngine


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def test_a_second_opening_finds_keys_and_revisions(tmp_path: Path) -> None:
    async def scenario() -> None:
        engine = LocalEngine(tmp_path / "metadata.db")
        await engine.txn([], [Put(b"a", b"1")])
        await engine.txn([], [Put(b"a", b"2")])
        before = await engine.snapshot(b"")
        engine.close()
        engine = LocalEngine(tmp_path / "metadata.db")
        assert await engine.snapshot(b"") == before
        engine.close()

    run(scenario())


def test_session_keys_are_dropped_at_start_with_a_new_revision(tmp_path: Path) -> None:
    async def scenario() -> None:
        engine = LocalEngine(tmp_path / "metadata.db")
        session = await engine.session(9.0)
        created = (await engine.txn([], [Put(b"mine", b"", session), Put(b"free", b"")])).revision
        engine.close()
        engine = LocalEngine(tmp_path / "metadata.db")
        snapshot = await engine.snapshot(b"")
        assert list(snapshot.items) == [b"free"]
        assert snapshot.revision > created
        engine.close()

    run(scenario())


def test_closing_ends_sessions_and_watches(tmp_path: Path) -> None:
    async def scenario() -> None:
        engine = LocalEngine(None)
        session = await engine.session(9.0)
        waiting = asyncio.ensure_future(anext(engine.watch(b"", 1)))
        await asyncio.sleep(0)
        engine.close()
        engine.close()
        assert session.lost.is_set()
        with pytest.raises(Unavailable, match="closed"):
            await waiting
        with pytest.raises(Unavailable, match="closed"):
            await engine.txn([], [Put(b"a", b"")])

    run(scenario())


def test_a_path_that_is_too_long_for_the_database_is_named(tmp_path: Path) -> None:
    directory = tmp_path.joinpath(*["d" * 200] * 3)
    directory.mkdir(parents=True)
    with pytest.raises(Unavailable, match=r"metadata database .*ddd.*metadata\.db"):
        LocalEngine(directory / "metadata.db")


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    engine = LocalEngine(tmp_path / "metadata.db")
    with pytest.raises(Unavailable, match=r"metadata\.db.*locked"):
        LocalEngine(tmp_path / "metadata.db")
    engine.close()


def test_events_of_an_earlier_process_are_compacted(tmp_path: Path) -> None:
    async def scenario() -> None:
        engine = LocalEngine(tmp_path / "metadata.db")
        revision = (await engine.txn([], [Put(b"a", b"1")])).revision
        engine.close()
        engine = LocalEngine(tmp_path / "metadata.db")
        with pytest.raises(Compacted):
            await anext(engine.watch(b"", revision))
        engine.close()

    run(scenario())


def test_a_fault_while_writing_leaves_nothing_behind() -> None:
    async def scenario() -> None:
        engine = LocalEngine(None)
        await engine.txn([], [Put(b"a", b"1")])
        before = await engine.snapshot(b"")
        engine._database = _Faulty(engine._database, "INSERT", failures=1)  # type: ignore[assignment]  # a fault of the disk
        with pytest.raises(Unavailable, match="disk I/O error"):
            await engine.txn([], [Put(b"a", b"2"), Put(b"b", b"2")])
        assert await engine.snapshot(b"") == before
        assert (await engine.txn([], [Put(b"a", b"2")])).revision == before.revision + 1

    run(scenario())


def test_a_fault_in_the_commit_is_ambiguous() -> None:
    async def scenario() -> None:
        engine = LocalEngine(None)
        engine._database = _Faulty(engine._database, "COMMIT", failures=1)  # type: ignore[assignment]  # a fault of the disk
        with pytest.raises(Ambiguous, match="disk I/O error"):
            await engine.txn([], [Put(b"a", b"1")])
        assert not (await engine.snapshot(b"")).items

    run(scenario())


def test_a_large_txn_knows_of_every_key_what_was_there() -> None:
    async def scenario() -> None:
        engine = LocalEngine(None)
        old = [b"old-%02d" % n for n in range(MAX_TXN_OPS)]
        await engine.txn([], [Put(key, b"1") for key in old])
        new = [b"new-%02d" % n for n in range(MAX_TXN_OPS // 2)]
        guards = [*(Guard.create_rev(key, 1) for key in old), *(Guard.absent(key) for key in new)]
        ops: list[Put | Delete] = [
            *(Put(key, b"2") for key in old[::4]),
            *(Delete(key) for key in old[1::4]),
        ]
        assert (await engine.txn(guards, [*ops, *(Put(key, b"2") for key in new)])).ok
        items = (await engine.snapshot(b"")).items
        assert sorted(items) == sorted([*old[::4], *old[2::4], *old[3::4], *new])
        revisions = {(item.create_rev, item.mod_rev) for item in items.values()}
        assert revisions == {(1, 1), (1, 2), (2, 2)}
        assert not (await engine.txn([*guards[:99], Guard.absent(new[-1])], ops)).ok

    run(scenario())


@pytest.mark.parametrize(
    "ops",
    [
        [Put(b"%d" % n, b"") for n in range(MAX_TXN_OPS + 1)],
        [Put(b"k", bytes(MAX_TXN_BYTES))],
        [Put(b"k", b"1"), Put(b"k", b"2")],
    ],
    ids=["operations", "bytes", "key twice"],
)
def test_a_txn_beyond_the_contract_is_our_bug(ops: list[Put]) -> None:
    async def scenario() -> None:
        with pytest.raises(AssertionError):
            await LocalEngine(None).txn([], ops)

    run(scenario())


class _Faulty:
    """A database connection whose statements of one kind fail."""

    def __init__(self, database: sqlite3.Connection, statement: str, failures: int) -> None:
        self._database = database
        self._statement = statement
        self._failures = failures

    @property
    def in_transaction(self) -> bool:
        return self._database.in_transaction

    def close(self) -> None:
        self._database.close()

    def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
        self._fail_in_time(sql)
        return self._database.execute(sql, *arguments)

    def executemany(self, sql: str, rows: Any) -> sqlite3.Cursor:
        self._fail_in_time(sql)
        return self._database.executemany(sql, rows)

    def _fail_in_time(self, sql: str) -> None:
        if sql.startswith(self._statement) and self._failures:
            self._failures -= 1
            raise sqlite3.OperationalError("disk I/O error")

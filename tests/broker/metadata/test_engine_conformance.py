"""The contract of the MetadataEngine port, one test for each of its promises, on every driver.

A driver joins by one more row in `DRIVERS`: an async function that gives an empty engine.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import pytest

from wirekafka.metadata.engine import (
    MAX_TXN_BYTES,
    MAX_TXN_OPS,
    Batch,
    Compacted,
    Delete,
    Event,
    Guard,
    Item,
    MetadataEngine,
    Put,
)
from wirekafka.metadata.local import LocalEngine

Driver = Callable[..., Awaitable[MetadataEngine]]
TTL = 9.0


async def local_in_memory(**options: int) -> MetadataEngine:
    return LocalEngine(None, **options)


DRIVERS: dict[str, Driver] = {"local": local_in_memory}


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> Driver:
    return DRIVERS[request.param]


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


async def take(watch: AsyncIterator[Batch], batches: int) -> list[Batch]:
    return [await anext(watch) for _ in range(batches)]


def test_txn_applies_all_operations_at_one_revision(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        await engine.txn([], [Put(b"old", b"x")])
        result = await engine.txn([], [Put(b"a", b"1"), Put(b"b", b"2"), Delete(b"old")])
        snapshot = await engine.snapshot(b"")
        assert result.ok
        assert snapshot.revision == result.revision
        assert snapshot.items == {
            b"a": Item(b"1", result.revision, result.revision),
            b"b": Item(b"2", result.revision, result.revision),
        }

    run(scenario())


def test_txn_with_one_failed_guard_changes_nothing(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        before = await engine.txn([], [Put(b"a", b"1")])
        guards = [Guard.absent(b"b"), Guard.mod_rev(b"a", before.revision + 7)]
        result = await engine.txn(guards, [Put(b"a", b"2"), Put(b"b", b"2")])
        assert not result.ok
        assert result.revision == before.revision
        assert list((await engine.snapshot(b"")).items) == [b"a"]

    run(scenario())


def test_guards_compare_absence_and_both_revisions(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        created = (await engine.txn([], [Put(b"k", b"1")])).revision
        changed = (await engine.txn([], [Put(b"k", b"2")])).revision
        table = [
            (Guard.absent(b"k"), False),
            (Guard.absent(b"other"), True),
            (Guard.mod_rev(b"k", changed), True),
            (Guard.mod_rev(b"k", created), False),
            (Guard.mod_rev(b"other", 0), False),
            (Guard.create_rev(b"k", created), True),
            (Guard.create_rev(b"k", changed), False),
            (Guard.create_rev(b"other", 0), False),
        ]
        for guard, holds in table:
            assert (await engine.txn([guard], [Delete(b"nothing")])).ok is holds, guard

    run(scenario())


def test_revision_grows_only_with_a_change(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        first = (await engine.txn([], [Put(b"k", b"1")])).revision
        assert (await engine.txn([], [Delete(b"absent")])).revision == first
        assert (await engine.txn([], [Put(b"k", b"1")])).revision > first

    run(scenario())


def test_txn_takes_a_hundred_operations_and_a_mebibyte(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        assert (await engine.txn([], [Put(b"%d" % n, b"") for n in range(MAX_TXN_OPS)])).ok
        assert (await engine.txn([], [Put(b"big", bytes(MAX_TXN_BYTES - 3))])).ok
        assert len((await engine.snapshot(b"big")).items[b"big"].value) == MAX_TXN_BYTES - 3

    run(scenario())


def test_a_key_put_again_after_its_deletion_has_another_create_rev(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        first = (await engine.txn([], [Put(b"k", b"1")])).revision
        await engine.txn([], [Delete(b"k")])
        second = (await engine.txn([], [Put(b"k", b"1")])).revision
        assert (await engine.snapshot(b"k")).items[b"k"].create_rev == second > first

    run(scenario())


def test_snapshot_is_limited_to_its_prefix(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        names = [b"a", b"a/", b"a/b", b"a/\xff", b"a0", b"b", b"\xff", b"\xff\xff"]
        await engine.txn([], [Put(name, b"") for name in names])
        for prefix in (b"", b"a/", b"\xff", b"a", b"none"):
            found = (await engine.snapshot(prefix)).items
            assert set(found) == {name for name in names if name.startswith(prefix)}, prefix

    run(scenario())


def test_watch_from_the_snapshot_on_misses_nothing_and_is_ordered(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        await engine.txn([], [Put(b"k", b"0")])
        snapshot = await engine.snapshot(b"")
        between = (await engine.txn([], [Put(b"k", b"1")])).revision
        watch = engine.watch(b"", snapshot.revision + 1)
        after = (await engine.txn([], [Delete(b"k")])).revision
        batches = await take(watch, 2)
        assert [batch.revision for batch in batches] == [between, after]
        assert batches[0].events == (Event(b"k", Item(b"1", snapshot.revision, between)),)
        assert batches[1].events == (Event(b"k", None),)

    run(scenario())


def test_watch_wakes_up_for_what_happens_while_it_waits(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        watch = engine.watch(b"", (await engine.snapshot(b"")).revision + 1)
        waiting = asyncio.ensure_future(anext(watch))
        await asyncio.sleep(0)
        assert not waiting.done()
        await engine.txn([], [Put(b"k", b"1")])
        assert (await waiting).events[0].key == b"k"

    run(scenario())


def test_watch_is_limited_to_its_prefix_and_never_gives_empty_batches(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        watch = engine.watch(b"a/", (await engine.snapshot(b"")).revision + 1)
        await engine.txn([], [Put(b"b", b"1")])
        await engine.txn([], [Put(b"a/x", b"2"), Put(b"b", b"3")])
        (batch,) = await take(watch, 1)
        assert [event.key for event in batch.events] == [b"a/x"]

    run(scenario())


def test_two_watches_each_get_everything(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        revision = (await engine.snapshot(b"")).revision + 1
        watches = [engine.watch(b"", revision) for _ in range(2)]
        for n in range(3):
            await engine.txn([], [Put(b"k", b"%d" % n)])
        assert await take(watches[0], 3) == await take(watches[1], 3)

    run(scenario())


def test_watch_of_a_forgotten_revision_is_compacted(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver(history_events=2)
        first = (await engine.snapshot(b"")).revision + 1
        for n in range(5):
            await engine.txn([], [Put(b"k", b"%d" % n)])
        with pytest.raises(Compacted):
            await anext(engine.watch(b"", first))
        present = await engine.snapshot(b"")
        await engine.txn([], [Put(b"k", b"last")])
        (batch,) = await take(engine.watch(b"", present.revision + 1), 1)
        assert batch.events[0].item == (await engine.snapshot(b"k")).items[b"k"]

    run(scenario())


def test_keys_of_a_session_vanish_with_it_as_delete_events(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        session, other = await engine.session(TTL), await engine.session(TTL)
        await engine.txn([], [Put(b"mine", b"", session), Put(b"free", b"")])
        await engine.txn([], [Put(b"other", b"", other)])
        watch = engine.watch(b"", (await engine.snapshot(b"")).revision + 1)
        assert session.alive
        await session.revoke()
        assert not session.alive
        assert session.lost.is_set()
        (batch,) = await take(watch, 1)
        assert batch.events == (Event(b"mine", None),)
        assert set((await engine.snapshot(b"")).items) == {b"free", b"other"}
        assert other.alive

    run(scenario())


def test_a_key_put_without_its_session_outlives_it(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        session = await engine.session(TTL)
        await engine.txn([], [Put(b"k", b"1", session)])
        await engine.txn([], [Put(b"k", b"2")])
        await session.revoke()
        assert b"k" in (await engine.snapshot(b"")).items

    run(scenario())


def test_txn_of_an_ended_session_fails(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        session = await engine.session(TTL)
        await session.revoke()
        result = await engine.txn([], [Put(b"free", b""), Put(b"mine", b"", session)])
        assert not result.ok
        assert not (await engine.snapshot(b"")).items

    run(scenario())


def test_revoking_twice_and_with_no_keys_is_harmless(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        session = await engine.session(TTL)
        revision = (await engine.snapshot(b"")).revision
        await session.revoke()
        await session.revoke()
        assert (await engine.snapshot(b"")).revision == revision

    run(scenario())


def test_the_same_guarded_write_by_two_succeeds_for_one(driver: Driver) -> None:
    async def scenario() -> None:
        engine = await driver()
        results = await asyncio.gather(
            *(engine.txn([Guard.absent(b"office")], [Put(b"office", b"%d" % n)]) for n in range(9))
        )
        assert sum(result.ok for result in results) == 1

    run(scenario())

"""How fast replicas move: a bucket of bytes on a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from wirekafka_storage.log_move import PIECE_BYTES

from wirekafka.clock import ManualClock
from wirekafka.log_move_rate import LogMoveRate


class Bench:
    """A bucket, its clock and its limit; `granted` is what one taker after another got."""

    def __init__(self, limit: int | None) -> None:
        self.clock = ManualClock()
        self.limit = limit
        self.rate = LogMoveRate(self.clock, lambda: self.limit)
        self.granted = 0

    async def takes(self) -> None:
        while True:
            self.granted += await self.rate.take()
            await asyncio.sleep(0)

    async def turn(self, ms: int = 0) -> int:
        """Let time pass in small steps, and everybody take what there is; all that was granted."""
        for step in [0, *[50] * (ms // 50)]:
            self.clock.advance(step)
            for _ in range(20):
                await asyncio.sleep(0)
        return self.granted


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 10))


def with_takers(bench: Bench, count: int, scenario: Any) -> None:
    async def main() -> None:
        takers = [asyncio.create_task(bench.takes()) for _ in range(count)]
        try:
            await scenario()
        finally:
            for taker in takers:
                taker.cancel()
            await asyncio.wait(takers)

    run(main())


@pytest.mark.parametrize("takers", [1, 3])
@pytest.mark.parametrize("limit", [1, 3, 1_000, 10_000_000])
def test_all_takers_together_get_the_rate(limit: int, takers: int) -> None:
    bench = Bench(limit)

    async def scenario() -> None:
        assert await bench.turn() == limit
        for seconds in range(1, 8):
            granted = await bench.turn(1_000)
            assert limit * seconds <= granted <= limit * (seconds + 1)

    with_takers(bench, takers, scenario)


def test_without_a_limit_a_whole_piece_is_granted_at_once() -> None:
    async def scenario() -> None:
        rate = Bench(None).rate
        assert [await rate.take() for _ in range(5)] == [PIECE_BYTES] * 5

    run(scenario())


def test_a_bucket_that_nobody_used_holds_one_second() -> None:
    bench = Bench(1_000)

    async def scenario() -> None:
        await bench.rate.take()
        bench.clock.advance(3_600_000)
        granted = [await bench.rate.take() for _ in range(4)]
        assert granted == [250] * 4
        waiting = asyncio.create_task(bench.rate.take())
        assert await bench.turn() == 0
        assert not waiting.done()
        bench.clock.advance(250)
        assert await waiting == 0

    run(scenario())


def test_what_was_not_copied_is_there_for_others() -> None:
    bench = Bench(1_000)

    async def scenario() -> None:
        for _ in range(4):
            await bench.rate.take()
        bench.rate.give_back(250)
        assert await bench.rate.take() == 250

    run(scenario())


def test_another_limit_counts_at_once() -> None:
    bench = Bench(4)

    async def scenario() -> None:
        assert await bench.turn() == 4
        bench.limit = 4_000
        bench.rate.follow_limit()
        assert await bench.turn() == 4 + 4_000
        bench.limit = None
        bench.rate.follow_limit()
        assert await bench.turn() > PIECE_BYTES
        bench.limit = 8
        before = await bench.turn()
        assert await bench.turn() <= before + 8

    with_takers(bench, 1, scenario)


def test_with_a_limit_of_nothing_a_taker_looks_around_every_second() -> None:
    bench = Bench(0)

    async def scenario() -> None:
        waiting = asyncio.create_task(bench.rate.take())
        assert await bench.turn(950) == 0
        assert not waiting.done()
        bench.clock.advance(50)
        assert await waiting == 0

    run(scenario())

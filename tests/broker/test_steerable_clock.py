"""The clock that users steer, on a loop and a machine whose time is the test's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirekafka.clock import TimerHandle
from wirekafka.steerable_clock import MOST_STOPS, SteerableClock

WALL_MS = 1_700_000_000_000
WEEK_MS = 7 * 24 * 3_600_000


class Machine(asyncio.SelectorEventLoop):
    """A loop in whose machine time passes when the test says so."""

    def __init__(self) -> None:
        self.passed_ms = 0
        self.set_back_ms = 0
        super().__init__()

    def time(self) -> float:
        return 1000.0 + self.passed_ms / 1000

    def time_ns(self) -> int:
        return (WALL_MS + self.passed_ms - self.set_back_ms) * 1_000_000

    async def passes(self, ms: int) -> None:
        self.passed_ms += ms
        await settled()


async def settled() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


async def nothing() -> None:
    """Nothing falls due without a timer."""


@contextmanager
def machine() -> Iterator[Machine]:
    loop = Machine()
    time = SimpleNamespace(time_ns=loop.time_ns)
    steered, system = (f"wirekafka.{module}.time" for module in ("steerable_clock", "clock"))
    with mock.patch(steered, time), mock.patch(system, time):
        try:
            yield loop
        finally:
            loop.close()


class Scene:
    """A clock, and which of its timers have fired when."""

    def __init__(self, loop: Machine) -> None:
        self.machine = loop
        self.clock = SteerableClock(loop)
        self.fired: list[tuple[str, int]] = []
        """What fired, and how many ms after the beginning by the steered time."""

    @property
    def now_ms(self) -> int:
        return round((self.clock.monotonic() - 1000) * 1000)

    def timer(self, name: str, ms: int, then: Callable[[], Any] | None = None) -> TimerHandle:
        def fire() -> None:
            self.fired.append((name, self.now_ms))
            if then is not None:
                then()

        return self.clock.call_at(self.clock.monotonic() + ms / 1000, fire)

    async def advance(self, ms: int, then: Callable[[], Awaitable[None]] = nothing) -> None:
        await self.clock.advance(ms, then)


@pytest.fixture
def run() -> Callable[[Callable[[Scene], Awaitable[None]]], None]:
    def run(play: Callable[[Scene], Awaitable[None]]) -> None:
        with machine() as loop:
            loop.run_until_complete(play(Scene(loop)))

    return run


Run = Callable[[Callable[[Scene], Awaitable[None]]], None]


def test_until_it_is_steered_it_is_the_machines(run: Run) -> None:
    async def play(scene: Scene) -> None:
        scene.timer("a", 500)
        await scene.machine.passes(499)
        assert scene.fired == []
        await scene.machine.passes(1)
        assert scene.fired == [("a", 500)]
        assert scene.clock.now_ms() == WALL_MS + 500
        assert (scene.clock.offset_ms, scene.clock.timers) == (0, 0)

    run(play)


def test_frozen_time_stands_and_nothing_falls_due(run: Run) -> None:
    async def play(scene: Scene) -> None:
        scene.timer("a", 500)
        await scene.machine.passes(100)
        scene.clock.freeze()
        scene.clock.freeze()
        await scene.machine.passes(10_000)
        assert scene.fired == []
        assert (scene.clock.now_ms(), scene.now_ms) == (WALL_MS + 100, 100)
        assert scene.clock.offset_ms == -10_000
        scene.clock.resume()
        await scene.machine.passes(399)
        assert scene.fired == []
        await scene.machine.passes(1)
        assert scene.fired == [("a", 500)]
        assert scene.clock.offset_ms == -10_000

    run(play)


def test_what_is_due_at_once_is_done_though_the_time_stands(run: Run) -> None:
    async def play(scene: Scene) -> None:
        scene.clock.freeze()
        scene.timer("now", 0)
        scene.timer("before", -50)
        await settled()
        assert [name for name, _ in scene.fired] == ["now", "before"]

    run(play)


def test_an_advance_does_what_falls_due_in_order_each_at_its_time(run: Run) -> None:
    async def play(scene: Scene) -> None:
        for name, ms in (("c", 300), ("a", 100), ("later", 1001), ("b", 200), ("b2", 200)):
            scene.timer(name, ms)
        await scene.advance(1000)
        assert scene.fired == [("a", 100), ("b", 200), ("b2", 200), ("c", 300)]
        assert scene.now_ms == 1000
        await scene.machine.passes(1)
        assert scene.fired[-1] == ("later", 1001)

    run(play)


def test_what_an_advance_takes_passes_as_well_when_the_time_runs(run: Run) -> None:
    async def play(scene: Scene) -> None:
        async def slow() -> None:
            await scene.machine.passes(300)

        scene.timer("meanwhile", 1200)
        await scene.advance(1000, slow)
        assert (scene.clock.offset_ms, scene.now_ms) == (1000, 1300)
        assert scene.clock.now_ms() == WALL_MS + 1300
        await settled()
        assert scene.fired == [("meanwhile", 1300)]

        scene.clock.freeze()
        await scene.advance(1000, slow)
        assert (scene.clock.offset_ms, scene.now_ms) == (1700, 2300)

    run(play)


def test_a_wall_clock_that_is_set_back_during_an_advance_takes_no_time_back(run: Run) -> None:
    async def play(scene: Scene) -> None:
        async def set_back() -> None:
            scene.machine.set_back_ms = 5_000

        await scene.machine.passes(6_000)
        await scene.advance(1000, set_back)
        assert scene.clock.now_ms() >= WALL_MS + 7_000

    run(play)


def test_timers_that_are_made_on_the_way_fall_due_on_the_way(run: Run) -> None:
    async def play(scene: Scene) -> None:
        def again() -> None:
            scene.timer("tick", 1000, again)

        again()
        scene.timer("first", 2500, lambda: scene.timer("second", 250))
        await scene.advance(4000)
        assert scene.fired == [
            ("tick", 1000),
            ("tick", 2000),
            ("first", 2500),
            ("second", 2750),
            ("tick", 3000),
            ("tick", 4000),
        ]
        assert scene.clock.timers == 1

    run(play)


def test_work_that_a_timer_begins_is_given_the_time_to_set_the_next(run: Run) -> None:
    async def play(scene: Scene) -> None:
        async def work() -> None:
            await asyncio.sleep(0)
            scene.timer("of the work", 100)

        tasks: list[asyncio.Task[None]] = []
        scene.timer("begin", 100, lambda: tasks.append(asyncio.ensure_future(work())))
        await scene.advance(1000)
        assert scene.fired == [("begin", 100), ("of the work", 200)]

    run(play)


def test_a_long_advance_stops_no_more_often_than_the_bound(run: Run) -> None:
    async def play(scene: Scene) -> None:
        def again() -> None:
            scene.timer("tick", 1, again)

        again()
        await scene.advance(WEEK_MS)
        assert MOST_STOPS / 2 < len(scene.fired) <= MOST_STOPS + 1
        assert scene.now_ms == WEEK_MS

    run(play)


def test_catching_up_comes_last_and_sees_the_new_time(run: Run) -> None:
    async def play(scene: Scene) -> None:
        async def catch_up() -> None:
            scene.fired.append(("catch up", scene.now_ms))
            await scene.machine.passes(50)  # while work goes on the steered time stands
            assert scene.now_ms == 1000

        scene.timer("a", 1000)
        await scene.advance(1000, catch_up)
        assert scene.fired == [("a", 1000), ("catch up", 1000)]
        await scene.machine.passes(7)
        assert scene.now_ms == 1057

    run(play)


def test_a_timer_taken_back_on_the_way_does_not_fire(run: Run) -> None:
    async def play(scene: Scene) -> None:
        victims: list[TimerHandle] = []
        scene.timer("killer", 150, lambda: [victim.cancel() for victim in victims])
        victims += [scene.timer("at the same moment", 150), scene.timer("later", 200)]
        await scene.advance(1000)
        assert scene.fired == [("killer", 150)]
        victims[0].cancel()
        assert scene.clock.timers == 0

    run(play)


def test_timers_taken_back_while_the_time_stands_are_not_kept(run: Run) -> None:
    async def play(scene: Scene) -> None:
        scene.clock.freeze()
        for _ in range(10_000):
            scene.timer("never", 1000).cancel()
        assert scene.clock.timers == 0
        assert len(scene.clock._due) < 1000
        await scene.advance(2000)
        assert scene.fired == []

    run(play)


def test_a_timer_that_fails_is_told_and_stops_nobody(run: Run) -> None:
    async def play(scene: Scene) -> None:
        told: list[Any] = []
        scene.machine.set_exception_handler(lambda _, context: told.append(context["exception"]))

        def fail() -> None:
            raise RuntimeError("boom")

        scene.timer("bad", 100, fail)
        scene.timer("good", 100)
        await scene.advance(1000)
        assert [name for name, _ in scene.fired] == ["bad", "good"]
        assert [str(error) for error in told] == ["boom"]

    run(play)


def test_advances_at_the_same_time_are_made_one_after_the_other(run: Run) -> None:
    async def play(scene: Scene) -> None:
        inner: list[asyncio.Future[None]] = []
        scene.timer("a", 500, lambda: inner.append(asyncio.ensure_future(scene.advance(1000))))
        scene.timer("b", 1000)
        scene.timer("c", 3500)
        await asyncio.gather(scene.advance(1000), scene.advance(2000))
        await asyncio.gather(*inner)
        assert scene.fired == [("a", 500), ("b", 1000), ("c", 3500)]
        assert scene.now_ms == 4000

    run(play)


@pytest.mark.parametrize("was_frozen", [False, True])
@pytest.mark.parametrize("verb", ["freeze", "resume"])
def test_who_steers_during_an_advance_is_obeyed_at_its_end(
    run: Run, verb: str, was_frozen: bool
) -> None:
    async def play(scene: Scene) -> None:
        if was_frozen:
            scene.clock.freeze()
        scene.timer("a", 500, getattr(scene.clock, verb))
        await scene.advance(1000)
        assert scene.now_ms == 1000
        assert scene.clock.is_frozen == (verb == "freeze")
        await scene.machine.passes(100)
        assert scene.now_ms == (1000 if verb == "freeze" else 1100)

    run(play)


def test_restored_the_wall_time_is_the_machines_and_timers_keep_their_distance(run: Run) -> None:
    async def play(scene: Scene) -> None:
        await scene.advance(3_600_000)
        scene.clock.freeze()
        scene.timer("a", 500)
        await scene.machine.passes(5000)
        before = scene.clock.monotonic()
        await scene.clock.restore()
        assert scene.clock.now_ms() == WALL_MS + 5000
        assert (scene.clock.offset_ms, scene.clock.is_frozen) == (0, False)
        assert scene.clock.monotonic() >= before
        await scene.machine.passes(499)
        assert scene.fired == []
        await scene.machine.passes(1)
        assert [name for name, _ in scene.fired] == ["a"]
        assert scene.clock.now_ms() == WALL_MS + 5500

    run(play)


def test_what_is_restored_can_be_steered_again(run: Run) -> None:
    async def play(scene: Scene) -> None:
        await scene.advance(1000)
        await scene.clock.restore()
        await scene.advance(500)
        assert scene.clock.now_ms() == WALL_MS + 500
        scene.clock.freeze()
        await scene.machine.passes(10)
        assert scene.clock.now_ms() == WALL_MS + 500

    run(play)


def test_a_restore_comes_behind_an_advance_that_is_under_way(run: Run) -> None:
    async def play(scene: Scene) -> None:
        scene.timer("a", 900)
        advance = asyncio.ensure_future(scene.advance(1000))
        await asyncio.sleep(0)
        await scene.clock.restore()
        assert advance.done()
        assert scene.fired == [("a", 900)]
        assert scene.clock.offset_ms == 0

    run(play)


def test_the_steady_clock_goes_its_own_way(run: Run) -> None:
    async def play(scene: Scene) -> None:
        scene.clock.freeze()
        fired: list[str] = []
        steady = scene.clock.steady
        steady.call_at(steady.monotonic() + 0.1, lambda: fired.append("x"))
        await scene.advance(5000)
        assert fired == []
        await scene.machine.passes(100)
        assert fired == ["x"]

    run(play)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("timer"), st.integers(-20, 5000)),
        st.tuples(st.just("cancel"), st.integers(0, 30)),
        st.tuples(st.just("passes"), st.integers(0, 3000)),
        st.tuples(st.just("advance"), st.integers(0, 10_000)),
        st.tuples(st.sampled_from(["freeze", "resume", "restore"]), st.none()),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_each_timer_fires_once_when_its_time_has_come_whatever_is_steered(
    steps: list[tuple[str, int]],
) -> None:
    """Against a model that only adds numbers."""

    async def play(scene: Scene) -> None:
        now = ahead = 0
        is_frozen = False
        waiting: dict[str, int] = {}
        handles: list[tuple[str, TimerHandle]] = []
        for verb, number in steps:
            if verb == "timer":
                name = f"t{len(handles)}"
                handles.append((name, scene.timer(name, number)))
                waiting[name] = now + number
            elif verb == "cancel":
                if number < len(handles):
                    name, handle = handles[number]
                    handle.cancel()
                    waiting.pop(name, None)
            elif verb == "passes":
                await scene.machine.passes(number)
                now += 0 if is_frozen else number
                ahead -= number if is_frozen else 0
            elif verb == "advance":
                await scene.advance(number)
                now += number
                ahead += number
            elif verb == "restore":
                await scene.clock.restore()
                is_frozen, ahead = False, 0
            else:
                getattr(scene.clock, verb)()
                is_frozen = verb == "freeze"
            await settled()
            due = {name for name, when in waiting.items() if when <= now}
            assert {name for name, _ in scene.fired} == due
            whens = [waiting.pop(name) for name, _ in scene.fired]
            if verb == "advance":
                assert whens == sorted(whens)
            scene.fired.clear()
            assert scene.now_ms == now
            assert scene.clock.offset_ms == ahead
            assert scene.clock.is_frozen == is_frozen
            assert scene.clock.timers == len(waiting)

    with machine() as loop:
        loop.run_until_complete(play(Scene(loop)))

"""Time passes, clocks jump, disks fail, the broker ends and starts again."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from simulating.seeds import polling
from simulating.seeds.asking import EARLIEST, find_out, list_offsets, settle_retention
from simulating.seeds.disk import PowerCut
from simulating.seeds.model import TransactionModel
from simulating.seeds.producers import note_silence, settle_producers
from simulating.seeds.reading import Wrong
from simulating.seeds.world import Hurt

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

MOST_DEATHS_IN_A_ROW = 4
ABORT_CHECK_MS = 10_000
WAITS_MS = (1, 50, 1_000, 11_000, 35_000, 70_000)
LONG_WAITS_MS = (700_000, 3_600_000)
JUMPS_MS = (
    -18_000_000, -3_600_000, -20_000, -500, 500, 20_000, 3_600_000, 86_400_000, 3 * 86_400_000,
)  # fmt: skip


async def wait(sim: Simulation) -> None:
    ms = sim.rng.choice(LONG_WAITS_MS if sim.rng.random() < 0.05 else WAITS_MS)
    await pass_time(sim, ms)


async def wait_for_all(sim: Simulation) -> None:
    """Everybody who waits has an answer then."""
    await pass_time(sim, polling.MAX_WAITS_MS[-1] + 1)
    polling.check_polls(sim)
    if sim.polls:
        raise Wrong(f"{len(sim.polls)} polls were never answered")


async def pass_time(sim: Simulation, ms: int) -> None:
    sim.say(f"wait {ms} ms")
    before = {name for name in sim.cluster.transactions if _is_ongoing(sim, name)}
    for name in sorted(before):
        one = sim.cluster.transactions[name]
        if sim.now_ms() + ms - one.started_ms > one.timeout_ms:
            sim.doubts.transaction(one, _time_out)
    sim.group.since_ms += ms
    sim.subscribers.since_ms += ms
    polling.pass_time(sim, ms)
    for part in (ms // 3, ms - ms // 3):
        await sim.world.advance(part)
    if sim.world.disk.broken:
        raise Hurt("something could not be written while time passed")
    await _settle(sim)
    for name in sorted(before):
        one = sim.cluster.transactions[name]
        overdue = sim.now_ms() - one.started_ms - one.timeout_ms
        if _is_ongoing(sim, name) and ms >= 2 * ABORT_CHECK_MS and overdue > 2 * ABORT_CHECK_MS:
            raise Wrong(f"the transaction of {name} should have been aborted {overdue} ms ago")


def _time_out(one: TransactionModel) -> None:
    one.end(False, raises=True)


def _is_ongoing(sim: Simulation, name: str) -> bool:
    return sim.cluster.transactions[name].state == "Ongoing"


async def notice_time(sim: Simulation) -> None:
    """An answer that takes a moment may be what a transaction, or a record, was still given."""
    _doubt_time_outs(sim)
    await _settle(sim)


async def _settle(sim: Simulation) -> None:
    """Find out what time has done: time-outs, retention, producers that are forgotten."""
    note_silence(sim)
    if sim.doubts.states:
        await find_out(sim)
    else:
        starts = await list_offsets(sim, sim.cluster.places(), EARLIEST, 0)
        for place, start in starts.items():
            model = sim.cluster.partition(place)
            assert model is not None
            if start > model.log_start:
                settle_retention(sim, place, start)
    await settle_producers(sim)


async def jump(sim: Simulation) -> None:
    ms = sim.rng.choice(JUMPS_MS)
    sim.say(f"the clock jumps by {ms} ms")
    sim.world.clock.jump(ms)
    note_silence(sim)


async def arm_cut(sim: Simulation) -> None:
    """The machine will die at some change of a file."""
    if not sim.world.disk.is_armed:
        changes = sim.rng.choice((1, 2, 3, 5, 8, 13, 30))
        sim.say(f"the machine will die at change {changes}")
        sim.world.disk.cut_in(changes)


async def arm_break(sim: Simulation) -> None:
    """A directory will fail at some operation."""
    if not sim.world.disk.is_armed:
        operations = sim.rng.choice((1, 2, 3, 5, 8, 13, 30))
        folder = sim.rng.choice(sim.world.folders)
        number = sim.rng.choice((errno.ENOSPC, errno.EIO))
        sim.say(f"{folder[-1]} will fail at operation {operations}: {errno.errorcode[number]}")
        sim.world.disk.break_in(operations, folder, number)


async def kill(sim: Simulation) -> None:
    sim.say("killed")
    raise PowerCut


async def restart_cleanly(sim: Simulation) -> None:
    sim.say("restart")
    polling.hang_up_all(sim)
    await sim.world.stop()
    await sim.world.start()
    sim.doubts.may_lose_start = True
    await find_out(sim)


async def begin_again(sim: Simulation) -> None:
    """After a crash or a failed disk: start, perhaps die again on the way, and find out."""
    sim.result.crashes += 1
    polling.hang_up_all(sim)
    sim.cluster.note_death()
    sim.doubts.may_lose_start = True
    _doubt_time_outs(sim)
    for _ in range(MOST_DEATHS_IN_A_ROW):
        await sim.world.die()
        if sim.rng.random() < 0.15:
            sim.world.disk.cut_in(sim.rng.choice((1, 3, 10)))
        try:
            await sim.world.start()
        except PowerCut:
            sim.say("! and dies again while it starts")
            continue
        sim.world.disk.disarm()
        await find_out(sim)
        sim.cluster.note_death()
        return
    await sim.world.die()
    await sim.world.start()
    await find_out(sim)


def _doubt_time_outs(sim: Simulation) -> None:
    for name, one in sim.cluster.transactions.items():
        if sim.has_timed_out(name):
            sim.doubts.transaction(one, _time_out)

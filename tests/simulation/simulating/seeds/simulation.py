"""One run: steps drawn from a seed, each compared with the model, and after a crash everything.

The model is changed when an answer says so. While nobody has an answer, what may have happened is
in `doubts`; after a crash the broker is asked what did, and anything else is an error.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulating.in_process import Complaints, everything_from
from simulating.seeds import (
    administering,
    disturbing,
    failing,
    grouping,
    limiting,
    moving,
    polling,
    subscribing,
    transacting,
    writing,
)
from simulating.seeds.asking import ask_ends, ask_everything, bring_up_internal_topics
from simulating.seeds.disk import PowerCut
from simulating.seeds.doubts import Doubts
from simulating.seeds.inline import inline
from simulating.seeds.model import Cluster
from simulating.seeds.producers import CHECK_INTERVAL_MS, EXPIRATION_MS
from simulating.seeds.reading import Wrong
from simulating.seeds.world import Hurt, World
from wirekafka_protocol.schema import Message

STEPS = 300
SWEEP_EVERY = 25
"""Steps between two readings of everything."""

SETTINGS = (
    "broker.id=1",
    "offsets.topic.num.partitions=2",
    "transaction.state.log.num.partitions=2",
    "group.initial.rebalance.delay.ms=0",
    "offsets.retention.minutes=2147483647",
    "transactional.id.expiration.ms=2147483647",
    f"producer.id.expiration.ms={EXPIRATION_MS}",
    f"producer.id.expiration.check.interval.ms={CHECK_INTERVAL_MS}",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms=10000",
    "log.initial.task.delay.ms=0",
    "log.retention.ms=-1",
    "log.retention.check.interval.ms=30000",
    "log.segment.delete.delay.ms=1000",
    "log.flush.scheduler.interval.ms=30000",
    "log.cleaner.backoff.ms=15000",
    "log.cleaner.min.cleanable.ratio=0.01",
    *subscribing.SETTINGS,
)
DURABLE = ("log.flush.interval.messages=1",)
"""With this what is acknowledged survives a machine that forgets what was not synced."""


@dataclass(slots=True)
class Result:
    """What a run did; `digest` is the same for the same seed and steps."""

    steps: int = 0
    records: int = 0
    crashes: int = 0
    transactions: int = 0
    digest: str = ""

    def line(self) -> str:
        return (
            f"steps={self.steps} records={self.records} transactions={self.transactions}"
            f" crashes={self.crashes} digest={self.digest[:16]}"
        )


class Failed(AssertionError):
    """A seed has found something; the text has the last steps and how to repeat it."""


@dataclass(slots=True)
class Simulation:
    """What steps work with."""

    rng: random.Random
    world: World
    complaints: Complaints
    cluster: Cluster = field(default_factory=Cluster)
    doubts: Doubts = field(default_factory=Doubts)
    trace: list[str] = field(default_factory=list)
    result: Result = field(default_factory=Result)
    counter: int = 0
    idempotent: list[writing.IdempotentProducer] = field(default_factory=list)
    transactional: list[transacting.TransactionalProducer] = field(default_factory=list)
    group: grouping.GroupModel = field(default_factory=grouping.GroupModel)
    subscribers: subscribing.Subscribers = field(default_factory=subscribing.Subscribers)
    quotas: list[limiting.Quotas] = field(default_factory=lambda: [{}])
    """What they are; two while nobody knows whether the last change was made."""
    homes: moving.Homes = field(default_factory=moving.Homes)
    polls: list[polling.Poll] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.trace.append(f"{self.result.steps:4d} {text}")

    async def send(self, request: Message, version: int) -> Any:
        """The answer. What is in doubt is certain then; Hurt or PowerCut leave it so."""
        response = self.reliable(await self.world.question(request, version))
        self.doubts = Doubts()
        return response

    def reliable(self, response: Any) -> Any:
        """The answer, if it is one. Hurt if it may come from a failed disk."""
        if response is None:
            raise Hurt("the connection was closed")
        if self.world.disk.broken and _has_error(response):
            raise Hurt(f"an error with a broken disk: {response!r:.200}")
        return response

    def now_ms(self) -> int:
        return self.world.clock.now_ms()

    def has_timed_out(self, name: str) -> bool:
        one = self.cluster.transactions[name]
        return one.state == "Ongoing" and self.now_ms() - one.started_ms > one.timeout_ms

    # -- a run ----------------------------------------------------------------------------------

    async def run(self, steps: int) -> None:
        await self.world.open()
        await bring_up_internal_topics(self)
        await administering.create_topic(self)
        weighted = [step for step, weight in self._steps() for _ in range(weight)]
        for _ in range(steps):
            self.result.steps += 1
            await self._step(self.rng.choice(weighted))
        await self._survive(disturbing.wait_for_all)
        await self._survive(disturbing.restart_cleanly)
        await ask_everything(self)
        await moving.end_moves(self)
        await ask_everything(self)
        await self.world.stop()

    def _steps(self) -> list[tuple[Callable[[Simulation], Awaitable[None]], int]]:
        return [
            (writing.produce_plain, 10),
            (writing.produce_idempotent, 22),
            (transacting.step, 45),
            (administering.fetch, 20),
            (polling.poll, 8),
            (administering.list_topics, 1),
            (administering.create_topic, 2),
            (administering.add_partitions, 1),
            (administering.delete_topic, 1),
            (administering.alter_config, 2),
            (administering.delete_records, 3),
            (grouping.commit_offset, 4),
            (grouping.fetch_offset, 2),
            (grouping.member_step, 5),
            (subscribing.step, 10),
            (subscribing.alter_interval, 1),
            (limiting.alter_quota, 1),
            (limiting.ask_quotas, 1),
            (moving.move_replica, 5),
            (moving.alter_rate, 1),
            (disturbing.wait, 8),
            (disturbing.jump, 2),
            (disturbing.arm_cut, 2),
            (disturbing.arm_break, 1),
            (failing.lose_directory, 1),
            (disturbing.kill, 1),
            (disturbing.restart_cleanly, 1),
        ]

    async def _step(self, step: Callable[[Simulation], Awaitable[None]]) -> None:
        self.cluster.just_deleted.clear()
        before_ms = self.now_ms()
        await self._survive(step)
        if self.now_ms() != before_ms:
            await self._survive(disturbing.notice_time)
        if self.complaints.lines and not self.world.disk.broken:
            raise Wrong(f"the broker complains: {self.complaints.lines[0]}")
        polling.check_polls(self)
        await self._survive(ask_ends)
        if self.result.steps % SWEEP_EVERY == 0:
            await self._survive(ask_everything)

    async def _survive(self, step: Callable[[Simulation], Awaitable[None]]) -> None:
        """Do it; if the broker ends on the way, start another and find out what it did."""
        try:
            await step(self)
            if self.world.disk.is_cut:
                raise PowerCut
            if not self.world.is_hurt and not self.world.disk.broken:
                return
            self.say(f"! the disk has failed: {self.world.disk.broken}")
        except Hurt as hurt:
            self.say(f"! {hurt}")
        except PowerCut:
            self.say("! the machine dies")
        self.complaints.lines.clear()
        await disturbing.begin_again(self)


def run(base: Path, *, seed: int, steps: int = STEPS, say: Callable[[str], None] | None = None,
        ) -> Result:  # fmt: skip
    """One run in the empty directory `base`. Failed for whatever is not as in Kafka."""
    rng = random.Random(f"seeds {seed}")
    forgetful = rng.random() < 0.25
    settings = SETTINGS + (DURABLE if forgetful else ())
    with everything_from(seed) as complaints:
        chance = random.Random(f"world {seed}")
        world = World(base / "disks", chance, settings, complaints, forgetful=forgetful)
        simulation = Simulation(rng, world, complaints)
        simulation.say(f"seed {seed}{', the machine forgets what was not synced' * forgetful}")
        try:
            with inline(world.disk):
                asyncio.run(simulation.run(steps))
        except (Exception, PowerCut) as error:
            last = "\n".join(simulation.trace if say is None else simulation.trace[-3:])
            raise Failed(f"seed {seed}: {type(error).__name__}: {error}\n{last}") from error
        finally:
            if say is not None:
                for line in simulation.trace:
                    say(line)
    digest = hashlib.sha256("\n".join(simulation.trace).encode())
    digest.update(world.trace.digest())
    simulation.result.digest = digest.hexdigest()
    return simulation.result


def _has_error(response: Any) -> bool:
    """Anywhere in the answer."""
    if isinstance(response, list):
        return any(map(_has_error, response))
    names = getattr(type(response), "__slots__", ())
    for name in names:
        value = getattr(response, name)
        if name.endswith("error_code") and value:
            return True
        if not isinstance(value, int | str | bytes | memoryview | bytearray) and _has_error(value):
            return True
    return False

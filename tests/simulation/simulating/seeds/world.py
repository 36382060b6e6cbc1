"""One broker after another on one disk, and the ways in which one ends."""

from __future__ import annotations

import asyncio
import random
import shutil
from pathlib import Path
from typing import Any

from faulty_disks.forgetful import ForgetfulDisk
from simulating.in_process import TURNS, Asked, Complaints, InProcess, Peer
from simulating.seeds.disk import PowerCut, SimulatedDisk
from simulating.seeds.inline import without_threads
from wirekafka_protocol.schema import Message

from wirekafka.clock import ManualClock

_METADATA = "wirekafka-metadata.sqlite*"


class Hurt(Exception):
    """An answer cannot be relied on: the connection was closed, or a disk has failed."""


class JumpingClock(ManualClock):
    """Wall time may be set, as an operator or a time server does; deadlines do not notice."""

    def jump(self, ms: int) -> None:
        self._start_ms += ms


class World(InProcess):
    """`ask` and `advance` raise PowerCut when the machine has died in them; then comes `restart`.

    With `forgetful` the machine forgets what was not synced when it dies, else a death is a
    kill -9: what was written stays.
    """

    def __init__(
        self,
        base: Path,
        chance: random.Random,
        settings: tuple[str, ...],
        complaints: Complaints,
        *,
        forgetful: bool,
    ) -> None:
        base.mkdir()
        self.folders = [str(base / "a"), str(base / "b")]
        super().__init__(base / "a", (*settings, f"log.dirs={','.join(self.folders)}"))
        self.clock: JumpingClock = JumpingClock()
        self.chance = chance
        self.disk = SimulatedDisk(chance, lambda: self.clock.now_ms())
        self._base = base
        self._complaints = complaints
        self.peer = Peer(0)
        self._forgetful: ForgetfulDisk | None = None
        if forgetful:
            self._forgetful = ForgetfulDisk(str(base))
            self.disk.inner = self._forgetful
        for folder in self.folders:
            self.disk.mkdir(folder)
        self.disk.fsync_directory(str(base))

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        without_threads(loop)
        loop.set_exception_handler(self._on_loop_error)
        await self.start()

    async def question(self, request: Message, version: int) -> Any:
        """Ask and have the answer; None when the connection was closed instead."""
        self._check_alive()
        try:
            asked = await self.ask(self.peer, request, version)
            if not asked.is_done:
                asked = await self.settle(asked)
        except PowerCut:
            # If the answer was on its way before the end, it counts.
            assert self.latest is not None
            if not self.latest.is_done:
                raise
            asked = self.latest
        return None if asked.is_closed else asked.response

    async def ask(self, peer: Peer, request: Message, version: int) -> Asked:
        asked = await super().ask(peer, request, version)
        self._check_alive()
        return asked

    def _take(self, peer: Peer, asked: Asked, answer: Any) -> None:
        try:
            super()._take(peer, asked, answer)
        except OSError:  # the records of a Fetch are read when they are sent
            asked.is_closed = True

    async def settle(self, asked: Asked) -> Asked:
        for _ in range(50):
            if asked.is_done:
                return asked
            await self.turn()
            self._check_alive()
        # Some answers wait for a pause of the broker's, not for anybody else.
        for _ in range(200):
            await self.advance(20)
            if asked.is_done:
                return asked
        raise AssertionError(f"no answer to {asked.request!r} version {asked.version}")

    async def advance(self, ms: int) -> None:
        self.clock.advance(ms)
        await self.turn()
        await self.turn()
        self._check_alive()

    @property
    def forgets(self) -> bool:
        """Whether a machine that dies forgets what was not synced."""
        return self._forgetful is not None

    @property
    def is_hurt(self) -> bool:
        """A directory is offline."""
        return bool(self.broker.log_manager.offline)

    async def stop(self) -> None:
        """A clean stop, unless a disk fails on the way: then it is one as far as it goes."""
        self._hang_up()
        before = len(self._complaints.lines)
        await self.broker.stop()
        self._check_alive()
        if self.disk.broken:
            del self._complaints.lines[before:]
        self._new_life()

    async def die(self) -> None:
        """A crash. Of what the dead broker complains nobody hears."""
        self._hang_up()
        self.disk.is_dead = True
        before = len(self._complaints.lines)
        await self.broker._abandon()
        for _ in range(TURNS):
            await asyncio.sleep(0)
        del self._complaints.lines[before:]
        if self._forgetful is not None:
            self._lose_power(self._forgetful)
        self._new_life()

    async def start(self) -> None:
        await super().start()
        self._check_alive()

    def _lose_power(self, disk: ForgetfulDisk) -> None:
        """The metadata has a disk of its own, which forgets nothing."""
        kept = self._base.parent / f"{self._base.name}-metadata"
        kept.mkdir()
        first = Path(self.folders[0])
        for path in first.glob(_METADATA):
            shutil.copy(path, kept)
        disk.lose_power(self.chance)
        for folder in self.folders:
            assert Path(folder).exists(), "they were synced"
        for path in kept.iterdir():
            shutil.copy(path, first)
        shutil.rmtree(kept)

    def _new_life(self) -> None:
        """The timers of the old one stay behind on its clock, which nobody moves any more."""
        self.clock = JumpingClock(self.clock.now_ms())
        self.disk.heal()

    def _hang_up(self) -> None:
        self.disconnect(self.peer)

    def _check_alive(self) -> None:
        if self.disk.is_cut:
            raise PowerCut

    def _on_loop_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), PowerCut):
            loop.default_exception_handler(context)

"""Brokers beside a broker: on the same loop, each with its own port, directory and state.

A sibling begins empty, then it is a namespace: a test that has one may use whatever names of
topics, groups and transactions it likes. Or it begins with the state of the broker as of now or of
a snapshot, then it is a fork. Both are whole brokers; nothing is translated, so nothing can leak
from one to the other, and every API behaves as it does anywhere.

What a second broker costs in this process is a few milliseconds and about 100 KiB: code,
config tables and the receive buffer are shared (one buffer is enough for all that run on one
loop: a connection consumes it within its wake-up). Figures: docs/testing.md.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wirekafka.config.layers import ConfigLayers
from wirekafka.control.server import DEFAULT_HOST, ControlPort
from wirekafka.observe.recorder import SIBLING_BYTES
from wirekafka.snapshots import NAME, OURS, SUFFIX, SnapshotError, Snapshots
from wirekafka.state_copy import copy_state, remove_all

if TYPE_CHECKING:
    from wirekafka.broker import Broker
    from wirekafka.config.parse import Settings

logger = logging.getLogger("wirekafka.siblings")

MAX_SIBLINGS = 200
"""Each has four descriptors and as many as it has connections and active segments, of the usual
1,024. Who has that many has forgotten to end them."""

_DATA = "/data"
"""In a folder of its own, beside which its snapshots and its own siblings lie."""

_LEFT_OUT = frozenset({"advertised.listeners", "log.dir", "control.plane.listener.name"})
"""Configs that name ports or directories of the first broker."""


class SiblingError(Exception):
    """A sibling cannot be started or found; the text says why."""


class NoSuchSibling(SiblingError):
    """There is none of this name."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """One that runs."""

    name: str
    broker: Broker
    control: ControlPort
    folders: tuple[str, ...]
    """What is in them goes with it."""

    @property
    def bootstrap(self) -> str:
        """Its first listener, as clients want it."""
        host, port = self.broker.addresses[0]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Siblings:
    """Those of one broker, by name, and its snapshots, from which they may begin."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._running: dict[str, Sibling] = {}
        self._starting: set[str] = set()
        self._numbers = itertools.count(1)
        self.snapshots = Snapshots(broker)

    def all(self) -> list[Sibling]:
        """Those that run, oldest first."""
        return list(self._running.values())

    async def start_empty(self, name: str | None = None) -> Sibling:
        """A broker without anything. Raises SiblingError."""
        name, folders = self._claim(name)
        return await self._start(name, folders)

    async def start_fork(self, name: str | None = None, *, snapshot: str | None = None) -> Sibling:
        """A broker with the state as of now or of a snapshot. Raises SiblingError, SnapshotError.

        From then on neither sees what the other does.
        """
        name, folders = self._claim(name)
        directories = {path: folder + _DATA for path, folder in folders.items()}
        try:
            if snapshot is not None:
                await self.snapshots.instantiate(snapshot, directories)
            else:
                async with self.snapshots.changing:
                    await copy_state(self._broker, directories)
        except BaseException:
            self._starting.discard(name)
            remove_all(list(folders.values()))
            raise
        return await self._start(name, folders)

    async def stop(self, name: str) -> None:
        """End one; its data is gone. Raises NoSuchSibling."""
        sibling = self._running.pop(name, None)
        if sibling is None:
            raise NoSuchSibling(f"there is no broker {name} beside this one")
        await self._end(sibling)

    async def close(self) -> None:
        """End all of them: the broker stops."""
        running, self._running = self._running, {}
        for sibling in running.values():
            await self._end(sibling)
        self.snapshots.close()

    def _claim(self, name: str | None) -> tuple[str, dict[str, str]]:
        if name is None:
            name = next(
                name
                for name in (f"sibling-{number}" for number in self._numbers)
                if name not in self._running and name not in self._starting
            )
        if NAME.fullmatch(name) is None:
            raise SiblingError(f"{name!r} is no name of a broker: letters, digits, . _ -")
        if name in self._running or name in self._starting:
            raise SiblingError(f"a broker {name} exists")
        if len(self._running) + len(self._starting) >= MAX_SIBLINGS:
            raise SiblingError(f"{MAX_SIBLINGS} brokers run beside this one; end some")
        self._starting.add(name)
        paths = self._broker.config.log_dirs
        folders = {path: f"{path}{SUFFIX}/{OURS}beside-{name}" for path in paths}
        remove_all(list(folders.values()))  # of one that could not be removed when it ended
        return name, folders

    async def _start(self, name: str, folders: dict[str, str]) -> Sibling:
        from wirekafka.broker import Broker  # they know each other

        first = self._broker
        paths = tuple(folder + _DATA for folder in folders.values())
        broker = Broker(_settings_beside(first, paths), ephemeral=True)
        control = ControlPort(broker)
        try:
            control.bind(DEFAULT_HOST, 0)
            await control.accept()
            await broker.start()
        except Exception as error:
            await control.close()
            remove_all(list(folders.values()))
            raise SiblingError(f"broker {name} did not start: {error}") from error
        finally:
            self._starting.discard(name)
        broker.server.buffers = first.server.buffers
        broker.engine.shrink()
        broker.observer.recorder.limit(SIBLING_BYTES)
        broker.observer.recorder.keep_large(first.observer.recorder.large)
        control.broker_started()
        self._running[name] = sibling = Sibling(name, broker, control, tuple(folders.values()))
        return sibling

    async def _end(self, sibling: Sibling) -> None:
        await sibling.control.close()
        await sibling.broker.stop()
        await asyncio.to_thread(remove_all, list(sibling.folders))


def _settings_beside(broker: Broker, paths: tuple[str, ...]) -> Settings:
    """The broker's own, with other directories and ports."""
    settings = broker.settings
    static = {name: text for name, text in settings.layers.static.items() if name not in _LEFT_OUT}
    static["log.dirs"] = ",".join(paths)
    static["listeners"] = ",".join(
        f"{listener.name}://{_bracketed(listener.host)}:0" for listener in broker.config.listeners
    )
    return replace(
        settings,
        layers=ConfigLayers(static),
        create_topics=(),
        advertised_port=None,
        seed_file=None,
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


__all__ = ["NoSuchSibling", "Sibling", "SiblingError", "Siblings", "SnapshotError"]

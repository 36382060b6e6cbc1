"""What a broker has from the world, replaced by what is the same in every run.

No sockets, no threads, no other processes: work that the broker gives to a thread or a compactor
is done at once, where it is asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from wirekafka_storage.files import FileSystem
from wirekafka_storage.log_manager import LogManager

import wirekafka.broker
import wirekafka.final_sync
import wirekafka.log_cleaner
from wirekafka.compactor import InlineCompactor
from wirekafka.metadata.local import LocalEngine


class NoServer:
    """Listeners that nobody can reach."""

    class Listener:
        def __init__(self, name: str, host: str, port: int) -> None:
            self.name = name
            self.address = host, port
            self.advertised: tuple[str, int] | None = None

    class Gate:
        rates: Any = None

    def __init__(self, **_: Any) -> None:
        self.gate = NoServer.Gate()
        self.new_network_time: Any = None
        self.listeners: list[NoServer.Listener] = []

    def bind(self, name: str, host: str, port: int, advertised: Any) -> Listener:
        listener = NoServer.Listener(name, host, port or 9092)
        listener.advertised = advertised
        self.listeners.append(listener)
        return listener

    def count_time(self, new: Any) -> None:
        """No connections, no time."""
        self.new_network_time = new

    def limit_connections(self, _: Any) -> None:
        """No connections, no limits."""

    def forward(self, _: Any) -> None:
        """No connections, no addresses."""

    async def accept(self) -> None:
        """Nobody comes."""

    def stop_accepting(self) -> None:
        """Nobody came."""

    async def close(self) -> None:
        """Nobody is there."""


class NoPool:
    """Of the ThreadPoolExecutor what the broker uses."""

    def __init__(self, _: int) -> None:
        pass

    def __enter__(self) -> NoPool:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map(self, work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        return [work(item) for item in items]


@contextmanager
def inline(files: FileSystem) -> Iterator[None]:
    """Brokers that are made inside use `files` and nothing else of the world."""
    lock = LogManager.lock

    def lock_with_files(directories: Any, **rest: Any) -> LogManager:
        return lock(directories, **{**rest, "files": files})

    def engine(path: Path, *, synchronous: str) -> LocalEngine:
        del synchronous  # a simulated crash is not one of the machine
        return LocalEngine(path, synchronous="NORMAL")

    with ExitStack() as patches:
        for target, name, value in (
            (wirekafka.broker, "Server", NoServer),
            (wirekafka.final_sync, "ThreadPoolExecutor", NoPool),
            (wirekafka.broker, "LocalEngine", engine),
            (wirekafka.broker, "Disk", lambda: files),
            (LogManager, "lock", lock_with_files),
            (wirekafka.log_cleaner, "ProcessCompactor", lambda: InlineCompactor(files)),
        ):
            patches.enter_context(mock.patch.object(target, name, value))
        yield


def without_threads(loop: asyncio.AbstractEventLoop) -> None:
    """What is meant for a thread runs at once."""

    def run_in_executor(_: Any, work: Callable[..., Any], *arguments: Any) -> Any:
        done: asyncio.Future[Any] = loop.create_future()
        try:
            done.set_result(work(*arguments))
        except Exception as error:
            done.set_exception(error)
        return done

    loop.run_in_executor = run_in_executor  # type: ignore[method-assign]

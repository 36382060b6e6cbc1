"""A broker with a control port, in this process on a thread and a loop of its own, so that tests
may use ordinary, blocking clients."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from wirekafka.broker import Broker
from wirekafka.config.parse import load
from wirekafka.control.server import ControlPort
from wirekafka.testing.control import ControlClient

ANSWER_S = 30


class ControlledBroker:
    """A running broker; `run` calls something on its loop."""

    def __init__(self, directory: Path, token: str | None, settings: dict[str, str]) -> None:
        assignments = [f"log.dirs={directory}", "listeners=PLAINTEXT://127.0.0.1:0"]
        assignments += [f"{name}={value}" for name, value in settings.items()]
        self._settings = load(assignments=assignments)
        self._token = token
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))
        self._thread.start()
        self._ready.result(ANSWER_S)
        self.control = self.client()

    async def _live(self) -> None:
        try:
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            self.broker = Broker(self._settings, ephemeral=True)
            self.port = ControlPort(self.broker, token=self._token)
            self.port.bind("127.0.0.1", 0)
            await self.port.accept()
            await self.broker.start()
            self.port.broker_started()
            self._ready.set_result(None)
        except BaseException as error:
            self._ready.set_exception(error)
            raise
        await self._stop.wait()
        await self.port.close()
        await self.broker.stop()

    @property
    def bootstrap(self) -> str:
        host, port = self.broker.addresses[0]
        return f"{host}:{port}"

    def client(self, token: str | None = None) -> ControlClient:
        return ControlClient(self.port.url, token=token or self._token)

    def run(self, work: Callable[[], Any]) -> Any:
        """What `work` returns, called on the broker's loop; a coroutine is awaited."""

        async def call() -> Any:
            found = work()
            return await found if asyncio.iscoroutine(found) else found

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(ANSWER_S)

    def stop(self) -> None:
        self.control.close()
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(ANSWER_S)
        assert not self._thread.is_alive()


@pytest.fixture
def start_controlled(tmp_path: Path) -> Iterator[Callable[..., ControlledBroker]]:
    """start_controlled(token=…, **{"config.name": "value"})"""
    started: list[ControlledBroker] = []

    def start(token: str | None = None, **settings: str) -> ControlledBroker:
        directory = tmp_path / f"data-{len(started)}"
        started.append(ControlledBroker(directory, token, settings))
        return started[-1]

    yield start
    for broker in started:
        broker.stop()


@pytest.fixture
def controlled(start_controlled: Callable[..., ControlledBroker]) -> ControlledBroker:
    return start_controlled()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlledBroker]:
    """One broker for the tests of a module that leave no traces in each other's way."""
    broker = ControlledBroker(tmp_path_factory.mktemp("shared") / "data", None, {})
    yield broker
    broker.stop()

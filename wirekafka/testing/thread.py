"""Runs a broker in this process: a thread of its own with a loop of its own."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import Future
from typing import Any

from wirekafka.broker import StartError
from wirekafka.testing.hosting import Hosted, host
from wirekafka.testing.process import BrokerError
from wirekafka.testing.wanted import Wanted


class BrokerThread:
    """A running one. Started by `start`."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] = {}
        self._owner = os.getpid()
        self._loop: asyncio.AbstractEventLoop
        self._stop: asyncio.Event
        self._thread: threading.Thread

    @classmethod
    def start(cls, wanted: Wanted) -> BrokerThread:
        """Returns when it is ready. Raises BrokerError."""
        running = cls()
        ready: Future[dict[str, Any]] = Future()
        running._thread = threading.Thread(
            target=lambda: asyncio.run(running._run(wanted, ready)), name="wirekafka", daemon=True
        )
        running._thread.start()
        try:
            running.answer = ready.result()
        except StartError as error:
            running._thread.join()
            raise BrokerError(f"the broker did not start: {error}") from None
        return running

    @property
    def is_inherited(self) -> bool:
        """Whether this is a fork of the process that has it, where its thread does not run."""
        return self._owner != os.getpid()

    def stop(self) -> None:
        """A clean stop."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _run(self, wanted: Wanted, ready: Future[dict[str, Any]]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        try:
            hosted: Hosted = await host(wanted)
        except BaseException as error:
            ready.set_exception(error)
            return
        ready.set_result(hosted.addresses.as_json())
        await self._stop.wait()
        await hosted.stop()

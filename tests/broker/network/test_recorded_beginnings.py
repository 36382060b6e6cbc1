"""How much of a connection is recorded: all of it where somebody can ask, else its beginning."""

from __future__ import annotations

import asyncio
import struct
from typing import Any

import pytest

from wirekafka.clock import SystemClock
from wirekafka.network.connection import UNASKED_FRAMES
from wirekafka.network.server import Server
from wirekafka.observe.recorder import Recorder

BODY = b"twelve bytes"
FRAME = struct.pack(">i", len(BODY)) + BODY


class Echo:
    """A backend whose dispatcher answers with the same bytes."""

    def __init__(self, *, shows_all: bool) -> None:
        self.shows_all = shows_all

    @property
    def dispatcher(self) -> Echo:
        return self

    def handle(self, peer: Any, view: memoryview, pos: int, end: int) -> Any:
        return FRAME

    def commit(self) -> bool:
        return True

    def wake(self) -> None:
        pass


async def recorded(asked: int, *, shows_all: bool) -> int:
    """How many of so many requests are on the tape, asked one after the other."""
    backend, clock = Echo(shows_all=shows_all), SystemClock()
    server = Server(
        backend=backend, clock=clock, max_request_bytes=1 << 20, max_idle_ms=0, backlog=8
    )
    server.recorder = recorder = Recorder(clock.monotonic, clock.now_ms)
    server.bind("PLAINTEXT", "127.0.0.1", 0, None)
    await server.accept()
    reader, writer = await asyncio.open_connection(*server.listeners[0].address)
    for _ in range(asked):
        writer.write(FRAME)
        await reader.readexactly(len(FRAME))
    (tape,) = recorder.tapes()
    writer.close()
    await writer.wait_closed()
    server.stop_accepting()
    await server.close()
    assert tape.closed is not None
    return tape.served


@pytest.mark.parametrize(("shows_all", "kept"), [(True, 5), (False, 0)])
def test_what_nobody_can_ask_for_is_recorded_at_the_beginning_only(
    shows_all: bool, kept: int
) -> None:
    asked = UNASKED_FRAMES + 5
    assert asyncio.run(recorded(asked, shows_all=shows_all)) == UNASKED_FRAMES + kept

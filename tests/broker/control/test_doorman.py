"""The first connections to a control port, which come before what speaks HTTP is loaded."""

from __future__ import annotations

import asyncio
from typing import Any

from wirekafka.control.server import _Doorman


class Transport(asyncio.Transport):
    """As those of Python 3.11.2: after `connection_made` it reads, whatever that said."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = False

    def begin_to_read(self) -> None:
        self.reads = True

    def pause_reading(self) -> None:
        self.reads = False


class Port:
    """What a doorman needs of its port."""

    def __init__(self, *, loaded: bool) -> None:
        self.loaded = loaded

    def arrived(self, doorman: Any) -> None:
        pass

    def keeps_waiting(self, doorman: Any) -> bool:
        return not self.loaded


def reads_after_its_connection_was_made(*, loaded: bool) -> bool:
    async def connect() -> bool:
        loop, transport = asyncio.get_running_loop(), Transport()
        doorman = _Doorman(Port(loaded=loaded))  # type: ignore[arg-type]
        loop.call_soon(doorman.connection_made, transport)
        loop.call_soon(transport.begin_to_read)
        for _ in range(3):
            await asyncio.sleep(0)
        return transport.reads

    return asyncio.run(connect())


def test_nothing_is_read_while_nobody_understands_it() -> None:
    assert not reads_after_its_connection_was_made(loaded=False)


def test_who_was_handed_over_at_once_is_not_held() -> None:
    assert reads_after_its_connection_was_made(loaded=True)

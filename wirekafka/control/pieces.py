"""A long answer, made in turns and sent in pieces.

Rows become bytes one by one: what a hundred thousand of them would be as objects, the garbage
collector would look through, again and again, while every client waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

import msgspec
from starlette.responses import Response

from wirekafka.instrument.turns import Turns

encode = msgspec.json.Encoder().encode

PIECE_BYTES = 64 * 1024
"""As much as a socket takes at once."""


class Pieces:
    """`add` bytes, `breathe` after each row, then `done`."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._done: list[bytes] = []
        self._last = bytearray()

    def add(self, data: bytes) -> None:
        """Behind what there is."""
        self._last += data
        if len(self._last) >= PIECE_BYTES:
            self._done.append(bytes(self._last))
            self._last.clear()

    async def breathe(self) -> None:
        """Let others go on when it is their turn."""
        if self._turns.is_over:
            await self._turns.next()

    def done(self) -> list[bytes]:
        """All that was added."""
        return [*self._done, bytes(self._last)]


class Rows:
    """The elements of a JSON array: commas in between."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._comma = b""

    def begin(self) -> None:
        """The next element."""
        self._pieces.add(self._comma)
        self._comma = b","


class PiecedResponse(Response):
    """Sends the pieces one after the other, each when the one before is on its way."""

    def __init__(self, pieces: Sequence[bytes], media_type: str, headers: dict[str, str]) -> None:
        size = sum(map(len, pieces))
        super().__init__(media_type=media_type, headers={"content-length": str(size), **headers})
        self._pieces = pieces

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        for piece in self._pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

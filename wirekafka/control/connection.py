"""A connection of the control port: uvicorn's, with an end for those who do not get on.

Two things that uvicorn leaves to a proxy in front of it. What is no HTTP is answered with JSON,
like every other complaint. A request that has begun must be there after `REQUEST_S`, so that nobody
holds a connection by sending a byte now and then. Imported with the port's libraries (`server.py`),
which also says how many may be open.
"""

from __future__ import annotations

import asyncio

import h11
import msgspec
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_S = 30.0
"""A seed of 64 MB over a slow line takes seconds."""

_OWES = (h11.IDLE, h11.SEND_BODY)
"""The states of a client of whom more is to come."""


class ControlConnection(H11Protocol):
    """See the module."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._expect_request()
        super().data_received(data)
        if self.conn.their_state not in _OWES:
            self._expect_nothing()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]:
            self._expect_nothing()  # it may rest as long as keep-alive allows

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP; what was asked before is not answered any more."""
        self._refuse(400, b"Bad Request", msg)

    def _too_late(self) -> None:
        if not self.transport.is_closing():
            self._refuse(408, b"Request Timeout", f"no whole request within {REQUEST_S:g} s")

    def _refuse(self, status: int, reason: bytes, error: str) -> None:
        cycle = self.cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            self.transport.write(refusal(status, reason, error))
        if cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
        self.transport.close()

    def _expect_request(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_S, self._too_late)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def refusal(status: int, reason: bytes, error: str) -> bytes:
    """A whole answer, behind which the connection is closed."""
    content = msgspec.json.encode({"error": error, "field": None, "hint": None}) + b"\n"
    return (
        b"HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
        b"connection: close\r\n\r\n%s" % (status, reason, len(content), content)
    )

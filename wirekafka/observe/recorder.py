"""The flight recorder: a tape for each connection, within a bound for all of them.

When one connection has too much it loses its own oldest wake-ups. When all of them together have,
those of connections that are gone go first, the longest gone before the others; then whoever
writes pays with what is oldest on its own tape. So a busy client never pushes out what a quiet one
said, which is mostly what one wants to know.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from wirekafka.observe.tape import TAPE_BYTES, Room, Tape

TOTAL_BYTES = 8 * 1024 * 1024
"""Of all tapes: a few thousand requests of each of some clients, beside a broker of 60 MB."""

_AFTERWARDS_BYTES = TAPE_BYTES * 7 // 8
"""Left on a full tape, so that the next wake-ups need not make room."""

CLOSED_TAPES = 256
"""Tapes kept of connections that are gone: many tools connect for one question."""


class Recorder:
    """All tapes of one broker. `monotonic` is its time, in seconds."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        now_ms: Callable[[], int],
        *,
        total_bytes: int = TOTAL_BYTES,
    ) -> None:
        self.monotonic = monotonic
        self._now_ms = now_ms
        self._room = Room(total_bytes, self._make_way)
        self._opened = 0
        self._live: dict[int, Tape] = {}
        self._gone: deque[Tape] = deque()
        self.alarm: Callable[[], None] = _nobody_listens
        """Called when something was noted that may have to be told to people."""

    def open(self, peer: Any, local: tuple[str, int], client_port: int) -> Tape:
        """A tape for a new connection, which was reached at the address `local`."""
        self._opened += 1
        tape = Tape(self._opened, self._room, self.monotonic, peer, local)
        tape.client_port = client_port
        self._live[tape.number] = tape
        return tape

    def close(self, tape: Tape) -> None:
        """The connection is gone; what it said stays for a while."""
        tape.lost()
        del self._live[tape.number]
        if not tape.served and not tape.stranger:
            return  # a health check that only connects
        if tape.stranger:
            self.alarm()
        self._gone.append(tape)
        if len(self._gone) > CLOSED_TAPES:
            self._gone.popleft().clear()

    def tapes(self) -> Iterator[Tape]:
        """All that is kept, in the order in which the connections came."""
        yield from sorted([*self._gone, *self._live.values()], key=lambda tape: tape.number)

    def forget(self) -> None:
        """Begin anew: clear live tapes, drop the others."""
        for tape in self._live.values():
            tape.clear()
        while self._gone:
            self._gone.popleft().clear()

    @property
    def used_bytes(self) -> int:
        """What is kept, in bytes."""
        return self._room.used

    def unix_ms(self, when: float) -> int:
        """A time of a tape as Unix milliseconds."""
        return self._now_ms() - round((self.monotonic() - when) * 1000)

    def _make_way(self, writer: Tape) -> None:
        if writer.used > TAPE_BYTES:
            while writer.used > _AFTERWARDS_BYTES and len(writer.entries) > 1:
                writer.drop_oldest()
        room = self._room
        while room.used > room.limit and self._gone:
            self._gone.popleft().clear()
        while room.used > room.limit and len(writer.entries) > 1:
            writer.drop_oldest()


def _nobody_listens() -> None:
    pass

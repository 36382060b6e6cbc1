"""Requests that are kept whole although they are large: their room, one for all brokers of a
process.

A producer's megabytes would push everything else off a tape, and cut they cannot be replayed. So
the requests of a wake-up that are more than a tape keeps of one (`tape.KEPT_BYTES`) are kept whole
while somebody can ask for them, that is with a control port, and count here and not on the tape.
When the room is full, the connection that has most of it loses the oldest of its own: they are cut
to what a tape keeps. So a busy producer pays with its own past.

Invariants: `used` is what the tapes have, each as its `large_used`; it passes `limit` no further
than by the newest requests, and not when `keep` has returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wirekafka.observe.tape import Tape

LARGE_BYTES = 48 * 1024 * 1024
"""Some fifty batches of a megabyte, more than most tests have, and a process of 100 MB;
`wirekafka record` is for more."""

_AFTERWARDS = 7 / 8
"""Left of a full room, so that the next requests need not make way."""


class LargeRequests:
    """See the module."""

    __slots__ = ("_owners", "largest", "limit", "used")

    def __init__(self, limit: int = LARGE_BYTES) -> None:
        self.limit = limit
        self.largest = limit // 4
        """What is larger is cut: it would be alone here."""
        self.used = 0
        self._owners: dict[Tape, None] = {}

    def keep(self, tape: Tape, size: int) -> None:
        """The tape has so many bytes more."""
        tape.large_used += size
        self.used += size
        self._owners[tape] = None
        if self.used > self.limit:
            self._make_way()

    def release(self, tape: Tape, size: int) -> None:
        """It has so many less."""
        tape.large_used -= size
        self.used -= size
        if not tape.large_used:
            del self._owners[tape]

    def _make_way(self) -> None:
        wanted = int(self.limit * _AFTERWARDS)
        while self.used > wanted:
            busiest = max(self._owners, key=lambda tape: tape.large_used)
            busiest.cut_large(min(self.used - wanted, (busiest.large_used + 1) // 2))

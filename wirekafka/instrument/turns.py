"""Long work in short turns, so that the broker's clients are served in between.

    turns = Turns()
    for row in rows:
        …
        if turns.is_over:
            await turns.next()

What is looked at may change between two turns. Work that fits into one sees one moment.
"""

from __future__ import annotations

import asyncio

TURN_S = 0.005
"""What a client may wait longer for its answer; as long as a thread of Python takes its turns."""


class Turns:
    """See the module. The first turn begins now."""

    __slots__ = ("_ends", "_loop")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ends = self._loop.time() + TURN_S

    @property
    def is_over(self) -> bool:
        """Whether it is for others to go on."""
        return self._loop.time() >= self._ends

    async def next(self) -> None:
        """Let the others go on, and begin the next turn."""
        await asyncio.sleep(0)
        self._ends = self._loop.time() + TURN_S

"""Producer ids, from blocks of 1,000 that the metadata engine gives out once and never again.

A broker that stops forgets the rest of its block, so no id is ever used twice.
Source: KIP-730, `RPCProducerIdManager`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class ProducerIds:
    """`allocate` gets the next block from the engine: (first id, size)."""

    def __init__(self, allocate: Callable[[], Awaitable[tuple[int, int]]]) -> None:
        self._allocate = allocate
        self._next = 0
        self._end = 0
        self._refill = asyncio.Lock()

    def next_in_block(self) -> int | None:
        """An id of the current block; None when it is used up."""
        if self.is_empty:
            return None
        self._next += 1
        return self._next - 1

    @property
    def is_empty(self) -> bool:
        """Whether the block is used up."""
        return self._next == self._end

    async def fill(self) -> None:
        """Get a new block unless there are ids left. Engine errors pass through."""
        async with self._refill:
            if self.is_empty:
                first, size = await self._allocate()
                self._next, self._end = first, first + size

    async def next(self) -> int:
        """An id, from a new block if need be. Engine errors pass through."""
        while True:
            found = self.next_in_block()
            if found is not None:
                return found
            await self.fill()

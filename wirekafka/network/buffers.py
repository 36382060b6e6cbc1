"""Receive buffers: one shared by all connections, and a pool for frames that came in part.

A connection reads into the shared buffer and consumes it within the same wake-up. Only what is
left over (the start of a large frame, frames behind a request that waits) is moved to a buffer of
its own, taken from the pool and given back when it is empty. Buffers are reused because a fresh
allocation of this size returns to the operating system and faults in page by page every time.
"""

from __future__ import annotations

SHARED_BYTES = 256 * 1024
"""One read of a socket; more brings no measurable gain."""

_SMALLEST = 4 * 1024
_POOLED_BYTES = 32 * 1024 * 1024
"""Idle memory that the pool keeps at most."""


class BufferPool:
    """Buffers by power of two, from 4 KiB; keeps at most 32 MiB idle."""

    def __init__(self) -> None:
        self._shared: tuple[bytearray, memoryview] | None = None
        self._idle: dict[int, list[bytearray]] = {}
        self._idle_bytes = 0

    @property
    def shared(self) -> tuple[bytearray, memoryview]:
        """What every connection reads into, and a view of it; made for the first one."""
        if self._shared is None:
            made = bytearray(SHARED_BYTES)
            self._shared = made, memoryview(made)
        return self._shared

    def take(self, size: int) -> bytearray:
        """A buffer of at least `size` bytes, content undefined."""
        capacity = max(_SMALLEST, 1 << (size - 1).bit_length())
        idle = self._idle.get(capacity)
        if idle:
            self._idle_bytes -= capacity
            return idle.pop()
        return bytearray(capacity)

    def give(self, buffer: bytearray) -> None:
        """Take a buffer back; nobody may hold a view of it any more."""
        capacity = len(buffer)
        if self._idle_bytes + capacity <= _POOLED_BYTES:
            self._idle.setdefault(capacity, []).append(buffer)
            self._idle_bytes += capacity

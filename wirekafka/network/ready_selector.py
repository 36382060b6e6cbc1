"""The loop's selector: a connection that has something to read is served while others are polled.

asyncio makes a key, a queue entry and a turn of the queue of every event. At hundreds of requests a
second, each alone in its wake-up and with nothing of it in the processor's caches, that is a good
part of what a request costs. So here the reader of a descriptor that is readable and nothing else
runs at once, through its own handle: what asyncio does with contexts and exceptions stays as it is.
All other events go to asyncio; and so do all while callbacks wait for their turn (the poll does not
wait then), for they are to run before what is read now: one may be about to stop the reading.

Only where asyncio has the parts that this knows, and with epoll; elsewhere `loop_factory` is None
and the loop is the one that asyncio makes.
"""

from __future__ import annotations

import asyncio
import select
import selectors
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

EVENTS_PER_POLL = 256
"""More come with the next poll. asyncio asks for room for all connections each time."""

loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None
"""Makes the broker's loop; None: asyncio's own."""

if TYPE_CHECKING or hasattr(selectors, "EpollSelector"):

    class ReadySelector(selectors.EpollSelector):
        """See the module docstring. Invariant: a handle is looked up when its turn comes, so that
        one that an earlier one of the same poll has removed does not run."""

        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            if timeout is not None and timeout <= 0:
                return super().select(timeout)
            keys: Any = self._fd_to_key  # type: ignore[attr-defined]
            others = []
            try:
                events = self._selector.poll(  # type: ignore[attr-defined]
                    -1 if timeout is None else timeout, EVENTS_PER_POLL
                )
            except InterruptedError:
                return []
            for fd, event in events:
                key = keys.get(fd)
                if key is None:
                    continue
                if event == select.EPOLLIN:
                    reader = key.data[0]
                    if reader is not None:
                        if not reader._cancelled:
                            reader._run()
                        continue
                mask = 0
                if event & ~select.EPOLLIN:
                    mask |= selectors.EVENT_WRITE
                if event & ~select.EPOLLOUT:
                    mask |= selectors.EVENT_READ
                if mask & key.events:
                    others.append((key, mask & key.events))
            return others

    def _new_loop() -> asyncio.AbstractEventLoop:
        return asyncio.SelectorEventLoop(ReadySelector())

    _handle_parts = {"_run", "_cancelled"}
    _selector_parts = {"_fd_to_key", "_selector"}
    with selectors.EpollSelector() as _probe:
        if _handle_parts <= {*dir(asyncio.Handle)} and _selector_parts <= {*dir(_probe)}:
            loop_factory = _new_loop

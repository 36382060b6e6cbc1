"""An answer that comes later: a long poll, a parked join, a write that is not yet committed.

A handler that must wait returns a `Deferred` and somebody resolves it once. Meanwhile the
connection is muted, as Kafka processes one request at a time per connection. When the client goes
away first, the deferred is abandoned: `on_abandon` lets the waiter forget it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wirekafka_protocol.errors import ApiError


class Deferred:
    """One answer to come: a response message, an ApiError, or None for no answer at all."""

    __slots__ = ("_deliver", "_response", "done", "on_abandon")

    def __init__(self, on_abandon: Callable[[], None] | None = None) -> None:
        self.on_abandon = on_abandon
        self.done = False
        self._response: Any = None
        self._deliver: Callable[[Any], None] | None = None

    def resolve(self, response: Any | ApiError) -> None:
        """Answer. A second call, or one after `abandon`, does nothing."""
        if self.done:
            return
        self.done = True
        if self._deliver is None:
            self._response = response
        else:
            self._deliver(response)

    def then(self, deliver: Callable[[Any], None]) -> None:
        """Call `deliver` with the answer, at once if it is there already."""
        if self.done:
            deliver(self._response)
        else:
            self._deliver = deliver

    def abandon(self) -> None:
        """Nobody waits any more: the connection is gone."""
        if not self.done:
            self.done = True
            if self.on_abandon is not None:
                self.on_abandon()

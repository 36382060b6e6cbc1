"""The gate of a listener: connections that come too fast wait here before they are served.

Kafka's acceptor takes one connection after the other from the system's queue and sleeps when one
must wait. We have them all at once, so they stand in a queue of ours: the first waits its time, and
only then the next is looked at. What a waiting client sends stays unhandled. One whose address is
above its own rate is never served, and closed after the time that it should have waited.

There is a gate only once a rate was limited; `Server.gate` is None until then.
"""

from __future__ import annotations

import logging
from collections import deque
from functools import partial
from typing import Protocol

from wirekafka.apis.deferred import Deferred
from wirekafka.clock import Clock, TimerHandle

logger = logging.getLogger("wirekafka.network")

MAX_WAITING = 1_000
"""Connections that wait at one listener; more are closed. Kafka leaves as many as the system's
queue holds (socket.listen.backlog.size) and the system drops the others."""


class Rates(Protocol):
    """What decides."""

    def accepted(self, listener: str, now_ms: int) -> int:
        """Count a connection; how many milliseconds it must wait."""

    def refused(self, listener: str, address: str, now_ms: int) -> int:
        """0, or after how many milliseconds it must be closed."""


class Entering(Protocol):
    """A connection that wants to be served."""

    client_host: str
    listener: str

    def enter(self) -> None:
        """Be served, unless a limit of the number of connections is reached."""

    def close(self, reason: str) -> None:
        """Close; the reason goes to the log."""

    def abort(self) -> None:
        """Close at once."""


class Gate:
    """The gates of all listeners of a server."""

    def __init__(self, rates: Rates, clock: Clock) -> None:
        self._rates = rates
        self._clock = clock
        self._waiting: dict[str, deque[tuple[Entering, Deferred]]] = {}
        self._timers: dict[str, TimerHandle] = {}
        self._refused: set[Entering] = set()

    def arrive(self, connection: Entering) -> Deferred | None:
        """Let a connection in at once (None), or when the deferred is resolved, if ever."""
        queue = self._waiting.setdefault(connection.listener, deque())
        if queue or connection.listener in self._timers:
            if len(queue) >= MAX_WAITING:
                logger.warning(
                    "connection refused client=%s reason=%d others wait at listener %s",
                    connection.client_host,
                    MAX_WAITING,
                    connection.listener,
                )
                connection.abort()
                return None
            return self._put(queue, connection)
        delay_ms = self._rates.accepted(connection.listener, self._clock.now_ms())
        if delay_ms > 0:
            until = self._put(queue, connection)
            self._wait(connection.listener, delay_ms)
            return until
        until = Deferred()
        self._pass(connection, until)
        return None if until.done else until

    def close(self) -> None:
        """Nobody is let in any more; who waits is closed."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for queue in self._waiting.values():
            for connection, _ in queue:
                connection.abort()
            queue.clear()
        for connection in list(self._refused):
            connection.abort()

    def _put(self, queue: deque[tuple[Entering, Deferred]], connection: Entering) -> Deferred:
        until = Deferred()
        queue.append((connection, until))
        return until

    def _wait(self, listener: str, delay_ms: int) -> None:
        when = self._clock.monotonic() + delay_ms / 1000
        self._timers[listener] = self._clock.call_at(when, partial(self._next, listener))

    def _next(self, listener: str) -> None:
        """The first one has waited its time; look at those behind it."""
        self._timers.pop(listener, None)
        queue = self._waiting[listener]
        self._pass(*queue.popleft())
        while queue:
            # Those who have gone away meanwhile count as well: Kafka would have accepted them.
            delay_ms = self._rates.accepted(listener, self._clock.now_ms())
            if delay_ms > 0:
                self._wait(listener, delay_ms)
                return
            self._pass(*queue.popleft())

    def _pass(self, connection: Entering, until: Deferred) -> None:
        """Through the gate, unless the address makes too many connections."""
        if until.done:
            return  # it has gone away
        now_ms = self._clock.now_ms()
        delay_ms = self._rates.refused(connection.listener, connection.client_host, now_ms)
        if delay_ms == 0:
            connection.enter()
            until.resolve(None)
            return
        logger.debug("connection refused client=%s delay_ms=%d", connection.client_host, delay_ms)
        self._refused.add(connection)
        timer = self._clock.call_at(
            self._clock.monotonic() + delay_ms / 1000, partial(self._refuse, connection)
        )

        def gone() -> None:
            timer.cancel()
            self._refused.discard(connection)

        until.on_abandon = gone

    def _refuse(self, connection: Entering) -> None:
        self._refused.discard(connection)
        connection.close("connection_creation_rate of its address exceeded")

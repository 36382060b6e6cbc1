"""The gate of a listener: connections that are too many or too fast wait here before being served.

Kafka's acceptor takes one connection after the other from the system's queue and sleeps while one
must wait: for the rate of connections to come down, or for another connection to end. We have them
all at once, so they stand in a queue of ours: the first waits, and only then the next is looked at.
What a waiting client sends stays unhandled. One whose address is above its own rate is never
served, and closed after the time that it should have waited.

Source: `ConnectionQuotas.inc`, `Acceptor` of Kafka 4.3.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

from wirekafka.apis.deferred import Deferred
from wirekafka.clock import Clock, TimerHandle

logger = logging.getLogger("wirekafka.network")

MAX_WAITING = 1_000
"""Connections that wait at one listener; more are closed. Kafka leaves as many as the system's
queue holds (socket.listen.backlog.size) and the system drops the others."""


class Rates(Protocol):
    """What decides about the rate of connections."""

    def accepted(self, listener: str, now_ms: int) -> int:
        """Count a connection; how many milliseconds it must wait."""

    def refused(self, listener: str, address: str, now_ms: int) -> int:
        """0, or after how many milliseconds it must be closed."""


class Entering(Protocol):
    """A connection that wants to be served."""

    client_host: str
    listener: str

    def enter(self) -> None:
        """Be served, unless there are too many from its address."""

    def close(self, reason: str) -> None:
        """Close; the reason goes to the log."""

    def abort(self) -> None:
        """Close at once."""


class _Queue:
    """Who waits at one listener. The first is counted in its rate when it gets there, and the log
    says once that it waits for a slot."""

    __slots__ = ("is_first_counted", "is_first_told", "timer", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[tuple[Entering, Deferred]] = deque()
        self.timer: TimerHandle | None = None
        self.is_first_counted = False
        self.is_first_told = False

    def pop_first(self) -> None:
        """The next one is the first."""
        self.waiting.popleft()
        self.is_first_counted = self.is_first_told = False

    def forget_gone(self) -> None:
        """Keep the first, who may be counted already, and of the others those who still wait."""
        first = self.waiting.popleft()
        self.waiting = deque((first, *(one for one in self.waiting if not one[1].done)))


class Gate:
    """The gates of all listeners of a server. `limit_reached` names the config by which a listener
    may not have one more connection now."""

    def __init__(self, clock: Clock, limit_reached: Callable[[str], str | None]) -> None:
        self.rates: Rates | None = None
        """None: connections may be made as fast as anyone likes."""
        self._clock = clock
        self._limit_reached = limit_reached
        self._queues: dict[str, _Queue] = {}
        self._refused: set[Entering] = set()

    @property
    def waiting(self) -> int:
        """How many wait to be let in."""
        return sum(len(queue.waiting) for queue in self._queues.values())

    def arrive(self, connection: Entering) -> Deferred | None:
        """Let a connection in at once (None), or when the deferred is resolved, if ever."""
        queue = self._queues.setdefault(connection.listener, _Queue())
        if len(queue.waiting) >= MAX_WAITING:
            queue.forget_gone()
        if len(queue.waiting) >= MAX_WAITING:
            logger.warning(
                "connection refused client=%s reason=%d others wait at listener %s",
                connection.client_host,
                MAX_WAITING,
                connection.listener,
            )
            connection.abort()
            return None
        until = Deferred()
        queue.waiting.append((connection, until))
        if len(queue.waiting) == 1:
            self._let_in(connection.listener, queue)
        return None if until.done else until

    def slot_freed(self) -> None:
        """A connection has ended, or there may be more of them from now on."""
        for listener, queue in self._queues.items():
            if queue.waiting and queue.timer is None:
                self._let_in(listener, queue)

    def close(self) -> None:
        """Nobody is let in any more; who waits is closed."""
        for queue in self._queues.values():
            if queue.timer is not None:
                queue.timer.cancel()
            waiting, queue.waiting = queue.waiting, deque()
            for connection, _ in waiting:
                connection.abort()
        for connection in list(self._refused):
            connection.abort()

    def _let_in(self, listener: str, queue: _Queue) -> None:
        """Those in front, until one must wait."""
        while queue.waiting:
            connection, until = queue.waiting[0]
            if not queue.is_first_counted:
                # Those who have gone away meanwhile count as well: Kafka would have accepted them.
                queue.is_first_counted = True
                delay_ms = self._delay_ms(listener)
                if delay_ms > 0:
                    self._wait(listener, queue, delay_ms)
                    return
            if not until.done and self._must_wait_for_slot(connection, queue):
                return  # slot_freed goes on
            queue.pop_first()
            if not until.done:
                self._pass(connection, until)

    def _must_wait_for_slot(self, connection: Entering, queue: _Queue) -> bool:
        reached = self._limit_reached(connection.listener)
        if reached is not None and not queue.is_first_told:
            queue.is_first_told = True
            host = connection.client_host
            logger.warning("connection waits client=%s reason=%s reached", host, reached)
        return reached is not None

    def _delay_ms(self, listener: str) -> int:
        return self.rates.accepted(listener, self._clock.now_ms()) if self.rates else 0

    def _wait(self, listener: str, queue: _Queue, delay_ms: int) -> None:
        def waited() -> None:
            queue.timer = None
            self._let_in(listener, queue)

        queue.timer = self._clock.call_at(self._clock.monotonic() + delay_ms / 1000, waited)

    def _pass(self, connection: Entering, until: Deferred) -> None:
        """Through the gate, unless the address makes too many connections."""
        delay_ms = 0
        if self.rates is not None:
            now_ms = self._clock.now_ms()
            delay_ms = self.rates.refused(connection.listener, connection.client_host, now_ms)
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

"""How fast connections may be made: to the broker, to one listener, from one address.

Above the rate of the broker or of the listener a connection waits before it is served, and those
behind it on that listener with it; above the rate of its address it is not served at all, is not
counted, and is closed after the time that it should have waited (KIP-612). Nobody waits longer than
one window.

What the broker and its listeners accept is counted from the start, so that it counts already when
their first limit is set; addresses are counted only while they have a limit.

Source: `ConnectionQuotas` of Kafka 4.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from wirekafka.metadata.client_quotas import CONNECTION_CREATION_RATE, IP, ClientQuotas
from wirekafka.quotas.broker_quotas import Windows
from wirekafka.quotas.rate import Rate

NO_LIMIT = 2**31 - 1
"""Kafka's default of all three rates."""

MAX_ADDRESSES = 20_000
"""Addresses that are counted at once; beyond that the longest unseen start anew."""


class ConnectionRates:
    """The rates of one broker. Times are milliseconds of the clock."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._broker_limit = NO_LIMIT
        self._listener_limits: Mapping[str, int] = {}
        self._protected: str | None = None
        self._address_limits: dict[str, int] = {}
        self._default_address_limit = NO_LIMIT
        self._broker = self._rate()
        self._listeners: dict[str, Rate] = {}
        self._addresses: dict[str, Rate] = {}

    def configure(self, limits: Mapping[str, int], *, broker: int, protected: str | None) -> None:
        """Limits of the broker and by listener; the broker's does not hold for the listener
        `protected`, by which brokers talk to each other."""
        self._broker_limit = broker
        self._listener_limits = limits
        self._protected = protected

    def follow(self, quotas: ClientQuotas, address_of: Callable[[str], str | None]) -> None:
        """Take over the limits of addresses that are set now, of names whose address is known."""
        self._address_limits = {}
        self._default_address_limit = NO_LIMIT
        for entity, values in quotas.items():
            names = dict(entity)
            if IP not in names or CONNECTION_CREATION_RATE not in values:
                continue
            limit = _whole(values[CONNECTION_CREATION_RATE])
            name = names[IP]
            if name is None:
                self._default_address_limit = limit
            elif (address := address_of(name)) is not None:
                self._address_limits[address] = limit

    def accepted(self, listener: str, now_ms: int) -> int:
        """Count a connection; how many milliseconds it must wait."""
        throttle_ms = 0
        if listener != self._protected:
            throttle_ms = self._record(self._broker, self._broker_limit, now_ms)
        rate = self._listeners.get(listener)
        if rate is None:
            rate = self._listeners[listener] = self._rate()
        limit = self._listener_limits.get(listener, NO_LIMIT)
        return max(throttle_ms, self._record(rate, limit, now_ms))

    def refused(self, listener: str, address: str, now_ms: int) -> int:
        """Count a connection for its address. If that is one too many nothing stays counted, and it
        must be closed after so many milliseconds; else 0."""
        limit = self._address_limits.get(address, self._default_address_limit)
        if limit == NO_LIMIT:
            return 0
        rate = self._addresses.pop(address, None) or self._rate()
        if len(self._addresses) >= MAX_ADDRESSES:
            del self._addresses[next(iter(self._addresses))]
        self._addresses[address] = rate  # the longest unseen are in front
        throttle_ms = self._record(rate, limit, now_ms)
        if throttle_ms > 0:
            rate.record(-1, now_ms)
            self._listeners[listener].record(-1, now_ms)
            if listener != self._protected:
                self._broker.record(-1, now_ms)
        return throttle_ms

    def _rate(self) -> Rate:
        return Rate(self._windows.samples, self._windows.ms)

    def _record(self, rate: Rate, limit: int, now_ms: int) -> int:
        rate.record(1, now_ms)
        if limit == NO_LIMIT:
            return 0
        # A limit of 0 is possible for listeners; Kafka divides by it and waits the longest time.
        throttle_ms = rate.throttle_ms(limit, now_ms) if limit else self._windows.ms
        return min(throttle_ms, self._windows.ms)


def _whole(limit: float) -> int:
    """As Java makes it one; what is not a number is 0, which lets nobody in."""
    return 0 if math.isnan(limit) else int(limit)

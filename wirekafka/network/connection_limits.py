"""How many connections there may be, and how many there are: in all, by listener, by address.

Beyond the limit of the broker or of a listener a connection waits for a slot (gate.py); beyond the
limit of its address it is closed. The broker's limit does not hold for the listener by which
brokers talk to each other, if there are others; but its connections count, so that they take the
slots of others.

Source: `ConnectionQuotas` of Kafka 4.3.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True, frozen=True)
class Maxima:
    """Limits of the broker, of listeners by name, of each address, and of some by address; and the
    name of the listener for which the broker's does not hold."""

    broker: int = sys.maxsize
    of_listener: Mapping[str, int] = field(default_factory=dict)
    per_address: int = sys.maxsize
    of_address: Mapping[str, int] = field(default_factory=dict)
    protected: str | None = None


class ConnectionLimits:
    """The limits of one broker and the connections that it counts."""

    def __init__(self) -> None:
        self.maxima = Maxima()
        """Replaced as a whole; those who are connected are not asked again."""
        self.count = 0
        self._of_listener: Counter[str] = Counter()
        self._of_address: Counter[str] = Counter()

    def slot_limit_reached(self, listener: str) -> str | None:
        """The config by which a listener may not have one more connection now."""
        if listener != self.maxima.protected and self.count >= self.maxima.broker:
            return "max.connections"
        if self._of_listener[listener] >= self.maxima.of_listener.get(listener, sys.maxsize):
            return f"listener.name.{listener.lower()}.max.connections"
        return None

    def address_limit_reached(self, address: str) -> str | None:
        """The config by which there may not be one more connection from an address."""
        of_address = self.maxima.of_address
        if address in of_address:
            is_reached = self._of_address[address] >= of_address[address]
            return "max.connections.per.ip.overrides" if is_reached else None
        is_reached = self._of_address[address] >= self.maxima.per_address
        return "max.connections.per.ip" if is_reached else None

    def excess(self) -> int:
        """How many connections there are too many, because the limit was lowered, or because
        brokers have taken slots."""
        return max(self.count - self.maxima.broker, 0)

    def add(self, listener: str, address: str) -> None:
        """Count a connection."""
        self.count += 1
        self._of_listener[listener] += 1
        self._of_address[address] += 1

    def remove(self, listener: str, address: str) -> None:
        """It is gone."""
        self.count -= 1
        self._of_listener[listener] -= 1
        self._of_address[address] -= 1
        if not self._of_address[address]:
            del self._of_address[address]

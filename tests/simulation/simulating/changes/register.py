"""What somebody was told that something is, and what it may be as well.

A value that was asked for is in doubt until the broker has acknowledged it, or has refused it. A
broker that was killed meanwhile may have either; whoever asks it then knows which.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping


class Registers:
    """Values by key; what is not there is None."""

    def __init__(self, name: str) -> None:
        self.acknowledged = 0
        self._name = name
        self._known: dict[Hashable, object] = {}
        self._doubts: dict[Hashable, object] = {}

    def known(self, key: Hashable) -> object:
        """What was acknowledged last, or found."""
        return self._known.get(key)

    def ask(self, key: Hashable, value: object) -> None:
        """It is asked for; there is one request at a time."""
        assert key not in self._doubts, f"{self._name} {key} is asked for already"
        self._doubts[key] = value

    def acknowledge(self, key: Hashable) -> None:
        self._known[key] = self._doubts.pop(key)
        self.acknowledged += 1

    def refuse(self, key: Hashable) -> None:
        del self._doubts[key]

    def check(self, found: Mapping[Hashable, object]) -> list[str]:
        """Compare with everything that the broker has, which is what is known from now on."""
        problems = []
        for key in {**self._known, **self._doubts, **found}:
            value, known = found.get(key), self._known.get(key)
            if value != known and (key not in self._doubts or value != self._doubts[key]):
                also = f", or {self._doubts[key]}" if key in self._doubts else ""
                problems.append(f"{self._name} {key} is {value}, acknowledged was {known}{also}")
        self._known = dict(found)
        self._doubts.clear()
        return problems

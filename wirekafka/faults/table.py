"""The rules in force, in the order in which they were added; the first that hits has the request.

A rule whose count is used up stays in the table, for its hits to be read, and is passed over.
Chance comes from outside, one stream of numbers for each rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from wirekafka.faults.rule import Effect, FaultError, FaultRule, fits

MOST_RULES = 1_000
"""Each request is held against all of them."""

Place = tuple[str, int | None]
"""Topic and partition; None where a request is about the topic as a whole."""


class Call(Protocol):
    """A request, as far as rules can be about it."""

    @property
    def api_key(self) -> int: ...

    @property
    def client_id(self) -> str: ...

    @property
    def is_first(self) -> bool:
        """Whether nothing came before it on its connection."""

    @property
    def places(self) -> list[Place]:
        """The partitions that it names."""

    @property
    def groups(self) -> list[str]:
        """The groups that it names."""


@dataclass(slots=True)
class Fault:
    """A rule in force. `fitting` counts the requests that it fits, `hits` those that it met."""

    rule: FaultRule
    draw: Callable[[], float]
    fitting: int = 0
    hits: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether it will never hit again."""
        most = self.rule.most_hits
        return most is not None and self.hits >= most


@dataclass(frozen=True, slots=True)
class Hit:
    """A fault that met a request; `places` and `groups` are those that the rule names."""

    rule: FaultRule
    places: list[Place] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


class FaultTable:
    """See the module. `new_draw(seed)` gives numbers from 0 up to 1."""

    def __init__(self, new_draw: Callable[[int], Callable[[], float]]) -> None:
        self._new_draw = new_draw
        self._faults: dict[str, Fault] = {}
        self._numbers = 0

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults.values())

    def get(self, name: str) -> Fault | None:
        """The fault of this name."""
        return self._faults.get(name)

    def new_name(self) -> str:
        """For a rule that nobody has named."""
        while True:
            self._numbers += 1
            name = f"fault-{self._numbers}"
            if name not in self._faults:
                return name

    def add(self, rule: FaultRule) -> Fault:
        """Put a rule into force, behind the others. FaultError when its name is taken."""
        if not rule.name:
            raise FaultError("name", "a name is not empty")
        if rule.name in self._faults:
            raise FaultError("name", f"there is a fault {rule.name!r} already")
        if len(self._faults) >= MOST_RULES:
            raise FaultError("name", f"there are {MOST_RULES} faults already")
        fault = self._faults[rule.name] = Fault(rule, self._new_draw(rule.seed))
        return fault

    def remove(self, name: str) -> Fault | None:
        """Take a rule out of force; what it did is in what comes back. None: there is none."""
        return self._faults.pop(name, None)

    def live(self) -> list[Fault]:
        """Those that can hit."""
        return [fault for fault in self if not fault.is_spent]

    def meet(self, call: Call) -> Hit | None:
        """The fault that a request meets; counts it."""
        for fault in self._faults.values():
            if fault.is_spent or is_at_connect(fault.rule):
                continue
            hit = _fit(fault.rule, call)
            if hit is not None and _strikes(fault):
                return hit
        return None

    def concerns(self, api_key: int, client_id: str) -> bool:
        """Whether there may be a fault for such a request, whatever else is in it."""
        return any(
            rule.api_key in (None, api_key)
            and (rule.client_id is None or fits(rule.client_id, client_id))
            for rule in (fault.rule for fault in self._faults.values())
            if not is_at_connect(rule)
        )

    def refuses_connection(self) -> FaultRule | None:
        """The rule by which a new connection is refused; counts it."""
        for fault in self._faults.values():
            if not fault.is_spent and is_at_connect(fault.rule) and _strikes(fault):
                return fault.rule
        return None


def is_at_connect(rule: FaultRule) -> bool:
    """Whether the rule meets connections, not requests."""
    return rule.effect is Effect.REFUSE_CONNECT and rule.client_id is None


def _fit(rule: FaultRule, call: Call) -> Hit | None:
    if rule.api_key is not None and rule.api_key != call.api_key:
        return None
    if rule.client_id is not None and not fits(rule.client_id, call.client_id):
        return None
    if rule.effect is Effect.REFUSE_CONNECT and not call.is_first:
        return None
    if not rule.is_about_body:
        return Hit(rule)
    groups: list[str] = []
    if rule.group is not None:
        groups = [group for group in call.groups if fits(rule.group, group)]
        if not groups:
            return None
    places: list[Place] = []
    if rule.topic is not None or rule.partition is not None:
        places = [place for place in call.places if rule.fits_place(*place)]
        if not places:
            return None
    return Hit(rule, places, groups)


def _strikes(fault: Fault) -> bool:
    """Count a request that fits, and say whether it is hit."""
    fault.fitting += 1
    rule = fault.rule
    if rule.nth is not None and fault.fitting < rule.nth:
        return False
    if rule.probability is not None and fault.draw() >= rule.probability:
        return False
    fault.hits += 1
    return True

"""A fault: which requests it meets, how many of them, and what it does to them.

A request meets a rule when everything that the rule names fits: client id, API, topic, partition,
group. Of those that fit, `nth` passes over the first n - 1, `probability` draws, and `count` ends
the rule after so many hits. `nth` without `count` is one hit: the nth request and no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase

from wirekafka_protocol.errors import ErrorCode

LONGEST_MS = 3_600_000
"""Nobody waits longer for an answer; a larger number is a mistake of the unit."""


class Effect(Enum):
    """What happens to a request."""

    ERROR = "error"
    """It is answered with an error code and not carried out, for what the rule names."""
    LATENCY = "latency"
    """It is carried out, and everything behind it on its connection, `ms` later."""
    THROTTLE = "throttle"
    """Its answer says to wait for `ms`, and the connection is not read for that long (KIP-219)."""
    DROP_BEFORE = "drop_before"
    """The connection is closed; the request is not carried out."""
    DROP_AFTER = "drop_after"
    """The request is carried out; the connection is closed instead of an answer."""
    HALF_RESPONSE = "half_response"
    """The request is carried out; half of the answer is sent, then the connection is closed."""
    REFUSE_CONNECT = "refuse_connect"
    """New connections are reset; where a client id is named, at its first request."""
    BLACKHOLE = "blackhole"
    """The request disappears, and with it whatever else comes on the connection."""


class FaultError(ValueError):
    """A rule that cannot be; `field` is what is wrong with it."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """See the module. None names nothing, so that everything fits.

    `client_id`, `topic` and `group` are texts or globs (`*`, `?`, `[…]`); `api_key` Kafka's number;
    `seed` makes the draws of `probability` the same each time; `ms` is for latency and throttle,
    `error` for error.
    """

    name: str
    effect: Effect
    client_id: str | None = None
    api_key: int | None = None
    topic: str | None = None
    partition: int | None = None
    group: str | None = None
    nth: int | None = None
    probability: float | None = None
    seed: int = 0
    count: int | None = None
    error: ErrorCode | None = None
    ms: int | None = None

    def __post_init__(self) -> None:
        """FaultError naming the field."""
        self._check_effect()
        for field, value in (("nth", self.nth), ("count", self.count)):
            if value is not None and value < 1:
                raise FaultError(field, f"{value} is less than 1")
        if self.partition is not None and self.partition < 0:
            raise FaultError("partition", f"{self.partition} is less than 0")
        if self.probability is not None and not 0 < self.probability <= 1:
            raise FaultError("probability", f"{self.probability} is not above 0 and at most 1")

    def _check_effect(self) -> None:
        is_error, takes_time = self.effect is Effect.ERROR, self.effect in _TAKE_TIME
        if is_error != (self.error is not None):
            text = "is needed for" if is_error else "has no meaning for"
            raise FaultError("error", f"an error code {text} the effect {self.effect.value}")
        if self.error is ErrorCode.NONE:
            raise FaultError("error", "NONE is no error")
        if takes_time != (self.ms is not None):
            text = "is needed for" if takes_time else "has no meaning for"
            raise FaultError("ms", f"a time {text} the effect {self.effect.value}")
        if self.ms is not None and not 0 < self.ms <= LONGEST_MS:
            raise FaultError("ms", f"{self.ms} is outside 1..{LONGEST_MS}")
        if self.effect is Effect.REFUSE_CONNECT:
            for field in ("api_key", "topic", "partition", "group"):
                if getattr(self, field) is not None:
                    text = "a connection is refused before it asks for anything"
                    raise FaultError("api" if field == "api_key" else field, text)

    @property
    def most_hits(self) -> int | None:
        """How many hits end the rule; None: it has no end."""
        return 1 if self.count is None and self.nth is not None else self.count

    @property
    def is_about_body(self) -> bool:
        """Whether the request must be read for its topics or groups."""
        return self.topic is not None or self.partition is not None or self.group is not None

    def fits_place(self, topic: str, partition: int | None) -> bool:
        """Whether a partition, or a topic as a whole (None), is one that the rule names."""
        if self.topic is not None and not fits(self.topic, topic):
            return False
        return self.partition is None or partition is None or partition == self.partition


_TAKE_TIME = frozenset({Effect.LATENCY, Effect.THROTTLE})


def fits(pattern: str | None, text: str) -> bool:
    """Whether `text` is what the rule says, by itself or as a glob. None fits everything."""
    return pattern is None or pattern == text or fnmatchcase(text, pattern)

"""/clock: read the broker's time, freeze it, move it on, let it run.

`POST /clock/advance` answers when all that fell due on the way is done: timers in their order,
then retention, expiry and compaction by the new time. See `wirekafka/steerable_clock.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wirekafka.control.errors import ControlError, bad_request
from wirekafka.control.routes import Answer, Body, Params, Route
from wirekafka.steerable_clock import SteerableClock

if TYPE_CHECKING:
    from wirekafka.broker import Broker

LONGEST_MS = 366 * 24 * 3_600_000 * 10
"""Ten years; what is more is a mistake of the unit."""

_UNITS_MS = {
    "ms": 1,
    "s": 1000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 24 * 3_600_000,
    "w": 7 * 24 * 3_600_000,
}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])")


class Time(Answer):
    """The broker's time in Unix milliseconds; `offset_ms` is how far it is ahead of the machine's,
    `timers` how many calls are to come."""

    now_ms: int
    frozen: bool
    offset_ms: int
    timers: int


class Advance(Body):
    """One of the two: `ms`, or a `duration` like "46s", "1h30m", "500ms", "7d"."""

    ms: int | None = None
    duration: str | None = None


async def read(broker: Broker, body: None, params: Params) -> Time:
    return _time(_clock(broker))


async def freeze(broker: Broker, body: None, params: Params) -> Time:
    clock = _clock(broker)
    clock.freeze()
    return _time(clock)


async def resume(broker: Broker, body: None, params: Params) -> Time:
    clock = _clock(broker)
    clock.resume()
    return _time(clock)


async def advance(broker: Broker, body: Advance, params: Params) -> Time:
    clock = _clock(broker)

    async def catch_up() -> None:
        broker.server.close_idle()
        if broker.housekeeping is not None:
            await broker.housekeeping.catch_up()

    await clock.advance(_wanted_ms(body), catch_up)
    return _time(clock)


def duration_ms(text: str) -> int | None:
    """The length of "1h30m", in ms, no more than just too long; None when it is no duration."""
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    length = sum(float(number) * _UNITS_MS[unit] for number, unit in parts)
    return round(min(length, LONGEST_MS + 1))  # a number of many digits is infinite


def _wanted_ms(body: Advance) -> int:
    if (body.ms is None) == (body.duration is None):
        raise bad_request("give either ms or duration", "ms", 'for example {"duration": "46s"}')
    field, wanted = "ms", body.ms
    if body.duration is not None:
        field, wanted = "duration", duration_ms(body.duration)
    if wanted is None:
        hint = "a number and ms, s, m, h, d or w, like 46s or 1h30m"
        raise bad_request(f"{body.duration!r} is no duration", "duration", hint)
    if not 0 <= wanted <= LONGEST_MS:
        raise bad_request(f"{wanted} ms is outside 0..{LONGEST_MS}", field, "time never goes back")
    return wanted


def _clock(broker: Broker) -> SteerableClock:
    if not isinstance(broker.clock, SteerableClock):
        raise ControlError(409, "the broker runs on a clock of its caller's")
    return broker.clock


def _time(clock: SteerableClock) -> Time:
    return Time(
        now_ms=clock.now_ms(),
        frozen=clock.is_frozen,
        offset_ms=clock.offset_ms,
        timers=clock.timers,
    )


ROUTES = (
    Route("GET", "/clock", "The broker's time.", None, Time, read),
    Route("POST", "/clock/freeze", "Let the time stand still.", None, Time, freeze),
    Route(
        "POST",
        "/clock/advance",
        "Move the time on; answers when all that fell due is done.",
        Advance,
        Time,
        advance,
    ),
    Route("POST", "/clock/resume", "Let the time run from where it stands.", None, Time, resume),
)

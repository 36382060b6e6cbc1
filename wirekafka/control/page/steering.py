"""The pages of what can be commanded: faults and time, the broker's state, the doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from wirekafka_protocol.errors import ErrorCode

from wirekafka.apis.table import APIS
from wirekafka.control import clock as clock_routes
from wirekafka.control import doctor as doctor_routes
from wirekafka.control import faults as fault_routes
from wirekafka.control import snapshots as snapshot_routes
from wirekafka.control.page.query import Params, Query
from wirekafka.steerable_clock import SteerableClock

if TYPE_CHECKING:
    from wirekafka.broker import Broker

EFFECTS = {
    "error": "answer with an error code",
    "latency": "answer late",
    "throttle": "throttle",
    "drop_before": "close before it is carried out",
    "drop_after": "carry out, then close",
    "half_response": "carry out, send half of the answer",
    "refuse_connect": "refuse new connections",
    "blackhole": "swallow the request",
}
"""Each with what it says in the form; the keys are those of POST /faults."""

assert set(EFFECTS) == set(get_args(fault_routes.EffectName))

STEPS = ("1s", "10s", "1m", "1h", "1d")
"""By how much the buttons advance the clock."""


async def faults(broker: Broker, query: Query, params: Params) -> dict[str, Any]:
    found = await fault_routes.read(broker, None, {})
    return {
        "faults": found.faults,
        "effects": EFFECTS,
        "apis": sorted(api.name for api in APIS),
        "errors": [code.name for code in ErrorCode if code is not ErrorCode.NONE],
        "topics": sorted(name for name in broker.image.topics if not name.startswith("__"))[:200],
        "steps": STEPS,
    }


async def state(broker: Broker, query: Query, params: Params) -> dict[str, Any]:
    found = await snapshot_routes.list_all(broker, None, {})
    return {"snapshots": list(reversed(found.snapshots))}


async def doctor(broker: Broker, query: Query, params: Params) -> dict[str, Any]:
    return {"diagnosis": await doctor_routes.doctor(broker, None, {})}


def clock(broker: Broker) -> clock_routes.Time | None:
    """As GET /clock; None where the broker's caller has the clock."""
    if not isinstance(broker.clock, SteerableClock):
        return None
    return clock_routes.Time(
        now_ms=broker.clock.now_ms(),
        frozen=broker.clock.is_frozen,
        offset_ms=broker.clock.offset_ms,
        timers=broker.clock.timers,
    )

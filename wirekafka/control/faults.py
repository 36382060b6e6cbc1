"""/faults: rules that break requests and connections on demand, and how often each did.

A rule names what it is about (client id, API, topic, partition, group; nothing: everything) and
one effect. `wirekafka/faults/` decides, `wirekafka/apis/injection.py` carries it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from wirekafka_protocol.errors import ErrorCode

from wirekafka.apis.injection import Injection
from wirekafka.apis.table import APIS, BY_KEY
from wirekafka.control.errors import bad_request, nearest, unknown
from wirekafka.control.routes import Answer, Body, Params, Route
from wirekafka.faults.rule import Effect, FaultError, FaultRule
from wirekafka.faults.table import Fault

if TYPE_CHECKING:
    from wirekafka.broker import Broker

EffectName = Literal[
    "error",
    "latency",
    "throttle",
    "drop_before",
    "drop_after",
    "half_response",
    "refuse_connect",
    "blackhole",
]

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Pattern = Annotated[str, msgspec.Meta(max_length=1_000)]
"""A glob is compiled, and there may be a thousand faults."""
Number = Annotated[int, msgspec.Meta(ge=-(1 << 53), le=1 << 53)]
"""That every client's JSON can carry; the rule knows what it may be."""

_KEYS = {api.name.lower(): api.key for api in APIS}


class NewFault(Body):
    """A rule. `client_id`, `topic` and `group` may be globs. `effect` may be left out where `error`
    is given; `ms` is for latency and throttle. Without `name` it gets one."""

    name: Name | None = None
    effect: EffectName | None = None
    error: Name | None = None
    ms: Number | None = None
    client_id: Pattern | None = None
    api: Name | None = None
    topic: Pattern | None = None
    partition: Number | None = None
    group: Pattern | None = None
    nth: Number | None = None
    probability: float | None = None
    seed: Number = 0
    count: Number | None = None


class FaultState(Answer, omit_defaults=True):
    """A rule; of `fitting` requests it met `hits`. When it is `spent` it will meet no more."""

    name: str
    effect: str
    hits: int
    fitting: int
    spent: bool
    error: str | None = None
    ms: int | None = None
    client_id: str | None = None
    api: str | None = None
    topic: str | None = None
    partition: int | None = None
    group: str | None = None
    nth: int | None = None
    probability: float | None = None
    count: int | None = None
    warning: str | None = None


class FaultStates(Answer):
    """In the order in which requests are held against them."""

    faults: list[FaultState]


async def add(broker: Broker, body: NewFault, params: Params) -> FaultState:
    injection = broker.dispatcher.injection
    try:
        return _state(injection.add(_rule(body, injection)))
    except FaultError as error:
        raise bad_request(str(error), error.field) from error


async def read(broker: Broker, body: None, params: Params) -> FaultStates:
    return FaultStates(faults=[_state(fault) for fault in broker.dispatcher.injection.table])


async def remove(broker: Broker, body: None, params: Params) -> FaultState:
    injection = broker.dispatcher.injection
    fault = injection.remove(params["name"])
    if fault is None:
        known = [fault.rule.name for fault in injection.table]
        raise unknown("fault", params["name"], "name", known)
    return _last_state(fault)


async def remove_all(broker: Broker, body: None, params: Params) -> FaultStates:
    return FaultStates(faults=[_last_state(f) for f in broker.dispatcher.injection.clear()])


def _rule(body: NewFault, injection: Injection) -> FaultRule:
    effect = body.effect or ("error" if body.error is not None else None)
    if effect is None:
        names = ", ".join(effect.value for effect in Effect)
        raise bad_request("a fault has an effect", "effect", f"one of {names}")
    return FaultRule(
        name=body.name if body.name is not None else injection.table.new_name(),
        effect=Effect(effect),
        client_id=body.client_id,
        api_key=_api_key(body.api) if body.api is not None else None,
        topic=body.topic,
        partition=body.partition,
        group=body.group,
        nth=body.nth,
        probability=body.probability,
        seed=body.seed,
        count=body.count,
        error=_error(body.error) if body.error is not None else None,
        ms=body.ms,
    )


def _api_key(name: str) -> int:
    key = _KEYS.get(name.lower())
    if key is None:
        names = [api.name for api in APIS]
        raise bad_request(f"unknown API {name!r}", "api", nearest(name, names))
    return key


def _error(name: str) -> ErrorCode:
    try:
        return ErrorCode[name.upper()]
    except KeyError:
        hint = nearest(name.upper(), ErrorCode.__members__)
        raise bad_request(f"unknown error {name!r}", "error", hint) from None


def _state(fault: Fault, warning: str | None = None) -> FaultState:
    rule = fault.rule
    return FaultState(
        name=rule.name,
        effect=rule.effect.value,
        hits=fault.hits,
        fitting=fault.fitting,
        spent=fault.is_spent,
        error=rule.error.name if rule.error is not None else None,
        ms=rule.ms,
        client_id=rule.client_id,
        api=BY_KEY[rule.api_key].name if rule.api_key is not None else None,
        topic=rule.topic,
        partition=rule.partition,
        group=rule.group,
        nth=rule.nth,
        probability=rule.probability,
        count=rule.count,
        warning=warning,
    )


def _last_state(fault: Fault) -> FaultState:
    """What a rule did, and whether that was nothing."""
    if fault.hits:
        return _state(fault)
    if fault.fitting:
        return _state(fault, f"{fault.fitting} requests fitted this fault, and none was hit")
    return _state(fault, "nothing fitted this fault while it was in force")


ROUTES = (
    Route("GET", "/faults", "The faults in force, and their hits.", None, FaultStates, read),
    Route("POST", "/faults", "Put a fault into force.", NewFault, FaultState, add),
    Route("DELETE", "/faults", "Take all faults out of force.", None, FaultStates, remove_all),
    Route("DELETE", "/faults/{name}", "Take one out of force.", None, FaultState, remove),
)

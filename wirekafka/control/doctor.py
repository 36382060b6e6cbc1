"""GET /doctor: what is wrong with which client, and who waits for what since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka.control.routes import Answer, Params, Route
from wirekafka.observe.finding import Finding as Found

if TYPE_CHECKING:
    from wirekafka.broker import Broker


class Finding(Answer):
    """`since` is in Unix milliseconds; `connection` is the number that /requests has for it."""

    kind: str
    client: str
    cause: str
    advice: str
    since: int
    for_s: float
    connection: int | None


class Diagnosis(Answer):
    """`mistakes` are to be mended; so are `doubts`, if the client is not idle; `waits` are often as
    they should be."""

    mistakes: list[Finding]
    doubts: list[Finding]
    waits: list[Finding]


async def doctor(broker: Broker, body: None, params: Params) -> Diagnosis:
    observed = broker.observer.doctor
    return Diagnosis(
        mistakes=[_shown(broker, one) for one in observed.mistakes()],
        doubts=[_shown(broker, one) for one in observed.doubts()],
        waits=[_shown(broker, one) for one in observed.waits()],
    )


def _shown(broker: Broker, found: Found) -> Finding:
    recorder = broker.observer.recorder
    return Finding(
        kind=found.kind,
        client=found.client,
        cause=found.cause,
        advice=found.advice,
        since=recorder.unix_ms(found.since),
        for_s=round(max(0.0, recorder.monotonic() - found.since), 1),
        connection=found.connection,
    )


ROUTES = (
    Route("GET", "/doctor", "What is wrong, and who waits for what.", None, Diagnosis, doctor),
)

"""POST /reset: a broker as new between two tests.

curl -X POST localhost:PORT/reset                                # everything
curl -X POST localhost:PORT/reset -d '{"prefix": "test-7."}'     # names that begin so
curl -X POST localhost:PORT/reset -d '{"scope": "groups"}'       # topics and records stay
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from wirekafka.control.routes import Answer, Body, Params, Route
from wirekafka.instrument.reset import ResetScope
from wirekafka.instrument.reset import reset as reset_broker

if TYPE_CHECKING:
    from wirekafka.broker import Broker


class Reset(Body):
    """`scope` is all, topics or groups; with `prefix` only what has a name that begins with it. All
    without a prefix is a broker as new: settings, faults, time and request log, too."""

    scope: Literal["all", "topics", "groups"] = "all"
    prefix: str = ""


class Client(Answer):
    """A client that was still connected; its connections were closed."""

    client_id: str
    host: str
    software: str
    connections: int


class ResetDone(Answer):
    """What is gone, and who was still there."""

    topics: list[str]
    groups: list[str]
    transactional_ids: list[str]
    faults: list[str]
    clients: list[Client]


async def reset(broker: Broker, body: Reset, params: Params) -> ResetDone:
    done = await reset_broker(broker, ResetScope(body.scope), body.prefix)
    return ResetDone(
        topics=list(done.topics),
        groups=list(done.groups),
        transactional_ids=list(done.transactional_ids),
        faults=list(done.faults),
        clients=[
            Client(
                client_id=client.client_id,
                host=client.host,
                software=client.software,
                connections=client.connections,
            )
            for client in done.clients
        ],
    )


ROUTES = (
    Route("POST", "/reset", "Make the broker as new, or parts of it.", Reset, ResetDone, reset),
)

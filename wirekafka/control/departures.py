"""/departures: whether a member whose connection breaks is evicted at once.

curl localhost:PORT/departures
curl -X PUT localhost:PORT/departures -d '{"evict": true}'

`wirekafka serve --evict-on-disconnect` turns it on from the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka.control.routes import Answer, Body, Params, Route
from wirekafka.instrument.departures import Departures

if TYPE_CHECKING:
    from wirekafka.broker import Broker


class Eviction(Body):
    """Whether the members on a connection that ends are evicted; those with a group.instance.id
    stay."""

    evict: bool


class Departing(Answer):
    """What is so now."""

    evict: bool


async def read(broker: Broker, body: None, params: Params) -> Departing:
    return Departing(evict=Departures.of(broker).are_followed)


async def change(broker: Broker, body: Eviction, params: Params) -> Departing:
    Departures.of(broker).follow(on=body.evict)
    return Departing(evict=body.evict)


ROUTES = (
    Route("GET", "/departures", "Is eviction on disconnect on?", None, Departing, read),
    Route("PUT", "/departures", "Evict members on disconnect.", Eviction, Departing, change),
)

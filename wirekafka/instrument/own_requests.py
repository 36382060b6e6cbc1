"""Requests of the broker to itself: Kafka's APIs without a connection, a codec or a quota.

What has an API is done through its module, so that the rules are those that a client meets.
"""

from __future__ import annotations

import asyncio
from types import CoroutineType, ModuleType
from typing import TYPE_CHECKING, Any

from wirekafka_protocol.errors import ApiError

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred

if TYPE_CHECKING:
    from wirekafka.apis.settled_heartbeat import SettledHeartbeat
    from wirekafka.broker import Broker
    from wirekafka.observe.tape import Tape
    from wirekafka.quotas.network_time import NetworkTime

CLIENT_ID = "wirekafka-control"
_HOST = "127.0.0.1"


class _OwnPeer:
    """Stands where a connection is."""

    def __init__(self, listener: str, advertised: tuple[str, int]) -> None:
        self.client_host = _HOST
        self.listener = listener
        self.advertised = advertised
        self.software = (CLIENT_ID, "")
        self.client_id = CLIENT_ID
        self.last_read = 0.0
        self.served = 0
        self.tape: Tape | None = None
        self.settled: SettledHeartbeat | None = None
        self.network_time: NetworkTime | None = None

    def hold(self, until: Deferred) -> None:
        """Nobody is held up."""


async def ask(broker: Broker, module: ModuleType, request: Any, version: int) -> Any:
    """The response of an API's module in `version`. Raises ApiError where it has none but that."""
    name = broker.server.listeners[0].name
    peer = _OwnPeer(name, broker.addresses[0])
    api_key = -1  # no API of the table: nothing looks at it
    context = RequestContext(api_key, version, 0, CLIENT_ID, _HOST, name, broker.addresses[0], peer)
    response = module.handle(broker, context, request)
    if type(response) is CoroutineType:
        response = await response
    if type(response) is Deferred:
        response = await _answer(response)
    broker.commit()
    broker.wake_soon()
    if isinstance(response, ApiError):
        raise response
    return response


async def _answer(later: Deferred) -> Any:
    answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    later.then(lambda answer: None if answered.done() else answered.set_result(answer))
    try:
        return await answered
    except asyncio.CancelledError:
        later.abandon()
        raise

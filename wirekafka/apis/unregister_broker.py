"""UnregisterBroker: key 64, version 0.

Makes the cluster forget a broker that will not come back (KIP-631). An id that is not registered
is BROKER_ID_NOT_REGISTERED.

A broker that is alive can be unregistered, too, and that a broker is the only one does not save it:
the cluster has no broker then, its partitions have no leader, and clients find nobody until it
starts again and registers anew. So does Kafka.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.unregister_broker import (
    UnregisterBrokerRequest,
    UnregisterBrokerResponse,
)

from wirekafka.apis.context import RequestContext

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = UnregisterBrokerRequest


async def handle(
    broker: Broker, context: RequestContext, request: UnregisterBrokerRequest
) -> UnregisterBrokerResponse:
    """Answered when the metadata knows it no more."""
    await broker.metadata.ask_controller(
        lambda controller, image: controller.unregister_broker(image, request.broker_id)
    )
    return UnregisterBrokerResponse()


def error_response(
    request: UnregisterBrokerRequest, context: RequestContext, error: ApiError
) -> UnregisterBrokerResponse:
    """The error."""
    return UnregisterBrokerResponse(error_code=int(error.code), error_message=error.message)

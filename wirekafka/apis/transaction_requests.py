"""How the APIs of transactions reach the coordinator of a transactional id.

What comes back is a Deferred that is often resolved already; an ApiError in it is the answer to the
request.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.apis.context import RequestContext
from wirekafka.apis.coordinator_requests import ask_partition
from wirekafka.apis.deferred import Deferred
from wirekafka.coordinator.runtime import Method
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard
from wirekafka.internal_topics import TRANSACTION_TOPIC, coordinator_partition
from wirekafka.metadata.engine import Unavailable

if TYPE_CHECKING:
    from wirekafka.broker import Broker

R = TypeVar("R")


def ask(
    broker: Broker,
    context: RequestContext,
    transactional_id: str,
    method: Method[TransactionCoordinatorShard, R],
    request: R,
) -> Deferred:
    """One request to the coordinator of `transactional_id`; its response or ApiError."""
    if not transactional_id:
        refused = Deferred()
        refused.resolve(ApiError(ErrorCode.INVALID_REQUEST, "the transactional id is empty"))
        return refused
    number = coordinator_partition(broker, TRANSACTION_TOPIC, transactional_id)
    return ask_partition(broker.transactions, number, context, method, request)


def ask_with_producer_ids(
    broker: Broker,
    context: RequestContext,
    transactional_id: str,
    method: Method[TransactionCoordinatorShard, R],
    request: R,
) -> Deferred:
    """As `ask`, of a coordinator that may need a new producer id: there should be one at hand."""
    if not broker.producer_ids.is_empty:
        return ask(broker, context, transactional_id, method, request)
    filling = broker.run_admin(_try_to_fill(broker))
    later = Deferred(on_abandon=filling.abandon)

    def filled(failure: object) -> None:
        if failure is not None:
            later.resolve(failure)
            return
        asked = ask(broker, context, transactional_id, method, request)
        later.on_abandon = asked.abandon
        asked.then(later.resolve)

    filling.then(filled)
    return later


async def _try_to_fill(broker: Broker) -> None:
    """Without a new block the coordinator serves those who do not need an id, and tells the others
    to ask again."""
    with suppress(Unavailable):
        await broker.producer_ids.fill()

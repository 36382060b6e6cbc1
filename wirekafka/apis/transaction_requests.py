"""How the APIs of transactions reach the coordinator of a transactional id.

What comes back is a Deferred that is often resolved already; an ApiError in it is the answer to the
request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from wirekafka.apis.context import RequestContext
from wirekafka.apis.coordinator_requests import ask_partition
from wirekafka.apis.deferred import Deferred
from wirekafka.coordinator.runtime import Method
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard
from wirekafka.internal_topics import TRANSACTION_TOPIC, coordinator_partition

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
    number = coordinator_partition(broker, TRANSACTION_TOPIC, transactional_id)
    return ask_partition(broker.transactions, number, context, method, request)

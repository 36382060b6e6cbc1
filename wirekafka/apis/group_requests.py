"""How the APIs of groups reach the coordinator: one question, or many whose answers are gathered.

A group's partition of `__consumer_offsets` follows from its id. What comes back is a Deferred that
is often resolved already; an ApiError in it is for the group, and each API says where it puts it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from wirekafka.apis.context import RequestContext
from wirekafka.apis.coordinator_requests import ask_partition, gathered
from wirekafka.apis.deferred import Deferred
from wirekafka.coordinator.group.shard import GroupCoordinatorShard
from wirekafka.coordinator.runtime import Method
from wirekafka.internal_topics import OFFSETS_TOPIC
from wirekafka.internal_topics import coordinator_partition as partition_in

if TYPE_CHECKING:
    from wirekafka.broker import Broker

R = TypeVar("R")

Question = tuple[int, "Method[GroupCoordinatorShard, Any]", Any]
"""The partition of the coordinator, its method, and what the method gets."""


def coordinator_partition(broker: Broker, group_id: str) -> int:
    """The partition of `__consumer_offsets` that keeps the group."""
    return partition_in(broker, OFFSETS_TOPIC, group_id)


def ask(
    broker: Broker,
    context: RequestContext,
    group_id: str,
    method: Method[GroupCoordinatorShard, R],
    request: R,
) -> Deferred:
    """One request to the coordinator of `group_id`; its response or ApiError is the answer."""
    number = coordinator_partition(broker, group_id)
    return ask_partition(broker.groups, number, context, method, request)


def ask_each(
    broker: Broker,
    context: RequestContext,
    questions: Sequence[Question],
    finish: Callable[[list[Any]], Any],
) -> Deferred:
    """Many requests; `finish` makes the answer of their responses and ApiErrors, in order."""
    return gathered(
        [
            ask_partition(broker.groups, number, context, method, request)
            for number, method, request in questions
        ],
        finish,
    )

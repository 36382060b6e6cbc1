"""AlterPartitionReassignments: key 45, versions 0-1.

Moves partitions to other replicas, or cancels a move where the replicas are null (KIP-455). Each
partition by itself: unknown ones, brokers that are not registered, none, or one twice are refused.
Replicas that hold the partition already are a move that is done at once; with one broker there is
no other, so nothing is ever under way and a cancellation is NO_REASSIGNMENT_IN_PROGRESS.

A timeout of 0 or less is REQUEST_TIMED_OUT, unless nothing is asked for.

1 can forbid a change of the replication factor (KIP-860).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    AlterPartitionReassignmentsResponse,
    ReassignablePartitionResponse,
    ReassignableTopicResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.time_left import check_time_left
from wirekafka.config.views import topic_config
from wirekafka.metadata.image import TopicImage
from wirekafka.metadata.reassignments import Reassignment, ReassignmentRules

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = AlterPartitionReassignmentsRequest


async def handle(
    broker: Broker, context: RequestContext, request: AlterPartitionReassignmentsRequest
) -> AlterPartitionReassignmentsResponse:
    """Each partition by itself, in the request's order; one listed twice is answered twice."""
    allow = request.allow_replication_factor_change
    if not request.topics:
        return AlterPartitionReassignmentsResponse(
            allow_replication_factor_change=allow, error_message=""
        )
    check_time_left(request.timeout_ms)

    def may_be_unclean(topic: TopicImage) -> bool:
        return topic_config(broker.layers, topic.configs).unclean_leader_election_enable

    asked = [
        Reassignment(topic.name, row.partition_index, _brokers(row.replicas))
        for topic in request.topics
        for row in topic.partitions
    ]
    rules = ReassignmentRules(allow, may_be_unclean)
    outcomes = await broker.metadata.ask_controller(
        lambda controller, image: controller.alter_reassignments(image, asked, rules)
    )
    each = iter(outcomes)
    topics = [
        ReassignableTopicResponse(
            topic.name, [_row(row.partition_index, next(each)) for row in topic.partitions]
        )
        for topic in request.topics
    ]
    return AlterPartitionReassignmentsResponse(
        allow_replication_factor_change=allow, error_message=None, responses=topics
    )


def error_response(
    request: AlterPartitionReassignmentsRequest, context: RequestContext, error: ApiError
) -> AlterPartitionReassignmentsResponse:
    """The error at the top and for every partition."""
    return AlterPartitionReassignmentsResponse(
        error_code=int(error.code),
        error_message=error.message,
        responses=[
            ReassignableTopicResponse(
                topic.name, [_row(row.partition_index, error) for row in topic.partitions]
            )
            for topic in request.topics
        ],
    )


def _brokers(replicas: list[int] | None) -> tuple[int, ...] | None:
    return None if replicas is None else tuple(replicas)


def _row(index: int, error: ApiError | None) -> ReassignablePartitionResponse:
    if error is None:
        return ReassignablePartitionResponse(index, 0, None)
    return ReassignablePartitionResponse(index, int(error.code), error.message)

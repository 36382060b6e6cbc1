"""ElectLeaders: key 43, versions 0-2.

Elects the preferred leader of partitions (KIP-183), or, from 1 on, an unclean one where nobody
leads (KIP-460). Null partitions mean all; then every topic is listed, but without the partitions
that need no election.

1 the kind of election, a top-level error; 2 flexible.

A timeout of 0 or less is REQUEST_TIMED_OUT, unless nothing is asked for.

A partition whose preferred replica leads already is ELECTION_NOT_NEEDED. With one broker that is
the only answer for a partition that exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.elect_leaders import (
    ElectLeadersRequest,
    ElectLeadersResponse,
    PartitionResult,
    ReplicaElectionResult,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.time_left import check_time_left
from wirekafka.metadata.elections import ElectionType

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ElectLeadersRequest


async def handle(
    broker: Broker, context: RequestContext, request: ElectLeadersRequest
) -> ElectLeadersResponse:
    """Each partition by itself, in the rows of the request, or by topic when all are meant."""
    asked = request.topic_partitions
    if asked is not None and not asked:
        return ElectLeadersResponse()
    check_time_left(request.timeout_ms)
    try:
        election = ElectionType(request.election_type)
    except ValueError:
        text = f"Unknown election type {request.election_type}"
        raise ApiError(ErrorCode.INVALID_REQUEST, text) from None
    if asked is not None:
        partitions = [(topic.topic, index) for topic in asked for index in topic.partitions]
        each = iter(await broker.metadata.elect_leaders(election, partitions))
        rows = [
            ReplicaElectionResult(t.topic, [_result(*next(each)) for _ in t.partitions])
            for t in asked
        ]
        return ElectLeadersResponse(replica_election_results=rows)
    outcomes = await broker.metadata.elect_leaders(election, None)
    by_topic = {name: ReplicaElectionResult(name) for name in broker.image.topics}
    for partition, error in outcomes:
        by_topic[partition[0]].partition_result.append(_result(partition, error))
    return ElectLeadersResponse(replica_election_results=list(by_topic.values()))


def error_response(
    request: ElectLeadersRequest, context: RequestContext, error: ApiError
) -> ElectLeadersResponse:
    """The error at the top and for every partition that was named."""
    return ElectLeadersResponse(
        error_code=int(error.code),
        replica_election_results=[
            ReplicaElectionResult(
                t.topic, [_result((t.topic, index), error) for index in t.partitions]
            )
            for t in request.topic_partitions or []
        ],
    )


def _result(partition: tuple[str, int], error: ApiError | None) -> PartitionResult:
    if error is None:
        return PartitionResult(partition[1], 0, None)
    return PartitionResult(partition[1], int(error.code), error.message)

"""ElectLeaders: key 43, versions 0-2.

Elects the preferred leader of partitions (KIP-183), or, from 1 on, an unclean one where nobody
leads (KIP-460). Null partitions mean all; then every topic is listed, but without the partitions
that need no election.

1 the kind of election, a top-level error; 2 flexible.

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
from wirekafka.metadata.elections import ElectionType

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = ElectLeadersRequest


async def handle(
    broker: Broker, context: RequestContext, request: ElectLeadersRequest
) -> ElectLeadersResponse:
    """Each partition by itself, by topic."""
    try:
        election = ElectionType(request.election_type)
    except ValueError:
        text = f"Unknown election type {request.election_type}"
        raise ApiError(ErrorCode.INVALID_REQUEST, text) from None
    outcomes = await broker.metadata.elect_leaders(election, _asked(request))
    listed = broker.image.topics if request.topic_partitions is None else ()
    by_topic = {name: ReplicaElectionResult(name) for name in listed}
    for (name, index), error in outcomes.items():
        topic = by_topic.setdefault(name, ReplicaElectionResult(name))
        topic.partition_result.append(_result(index, error))
    return ElectLeadersResponse(replica_election_results=list(by_topic.values()))


def error_response(
    request: ElectLeadersRequest, context: RequestContext, error: ApiError
) -> ElectLeadersResponse:
    """The error at the top and for every partition that was named."""
    return ElectLeadersResponse(
        error_code=int(error.code),
        replica_election_results=[
            ReplicaElectionResult(t.topic, [_result(index, error) for index in t.partitions])
            for t in request.topic_partitions or []
        ],
    )


def _asked(request: ElectLeadersRequest) -> list[tuple[str, int]] | None:
    if request.topic_partitions is None:
        return None
    return [(t.topic, index) for t in request.topic_partitions for index in t.partitions]


def _result(index: int, error: ApiError | None) -> PartitionResult:
    if error is None:
        return PartitionResult(index, 0, None)
    return PartitionResult(index, int(error.code), error.message)

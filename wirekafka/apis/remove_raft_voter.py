"""RemoveRaftVoter: key 81, version 0.

Would take a controller out of the voters of the metadata quorum (KIP-853). The voters of this
cluster cannot change: every request ends with an error, as in a Kafka whose quorum is static.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.remove_raft_voter import (
    RemoveRaftVoterRequest,
    RemoveRaftVoterResponse,
)

from wirekafka.apis.context import RequestContext
from wirekafka.apis.raft_voter_requests import check_cluster, check_voter, refusal

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = RemoveRaftVoterRequest


def handle(
    broker: Broker, context: RequestContext, request: RemoveRaftVoterRequest
) -> RemoveRaftVoterResponse:
    """Raises ApiError, always."""
    check_cluster(broker, request.cluster_id)
    check_voter("Remove", request.voter_id, request.voter_directory_id)
    raise refusal("removing")


def error_response(
    request: RemoveRaftVoterRequest, context: RequestContext, error: ApiError
) -> RemoveRaftVoterResponse:
    """The error."""
    return RemoveRaftVoterResponse(error_code=int(error.code), error_message=error.message)

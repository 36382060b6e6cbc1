"""AddRaftVoter: key 80, versions 0-1.

Would make a controller a voter of the metadata quorum (KIP-853). The voters of this cluster cannot
change: every request ends with an error, as in a Kafka whose quorum is static.

1 can ask for the answer before it is committed.

Differs from Kafka: nothing that a client can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.add_raft_voter import AddRaftVoterRequest, AddRaftVoterResponse

from wirekafka.apis.context import RequestContext
from wirekafka.apis.describe_quorum import CONTROLLER_LISTENER
from wirekafka.apis.raft_voter_requests import check_cluster, check_voter, refusal

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = AddRaftVoterRequest


def handle(
    broker: Broker, context: RequestContext, request: AddRaftVoterRequest
) -> AddRaftVoterResponse:
    """Raises ApiError, always."""
    check_cluster(broker, request.cluster_id)
    check_voter("Add", request.voter_id, request.voter_directory_id)
    if all(listener.name != CONTROLLER_LISTENER for listener in request.listeners):
        raise ApiError(
            ErrorCode.INVALID_REQUEST,
            f"Add voter request didn't include the endpoint for {CONTROLLER_LISTENER}, the default "
            "listener",
        )
    raise refusal("adding")


def error_response(
    request: AddRaftVoterRequest, context: RequestContext, error: ApiError
) -> AddRaftVoterResponse:
    """The error."""
    return AddRaftVoterResponse(error_code=int(error.code), error_message=error.message)

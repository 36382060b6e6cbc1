"""AlterUserScramCredentials: key 51, version 0.

Deletes and sets SCRAM credentials of users (KIP-554). The client salts the password and sends the
result; what a login needs is kept in the cluster's metadata. Stored when it is answered.

Each user by itself, and once: a user that is listed twice, be it for two mechanisms, is
DUPLICATE_RESOURCE, and none of it is done. An empty name and iterations outside 4096..16384 are
UNACCEPTABLE_CREDENTIAL, an unknown mechanism UNSUPPORTED_SASL_MECHANISM, deleting what is not there
RESOURCE_NOT_FOUND. An empty salted password is UNKNOWN_SERVER_ERROR, and so are all users when more
than 10,000 of them have no other error.

Differs from Kafka: users are answered in the order of the request, those with errors last, where
Kafka goes by its hash table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.alter_user_scram_credentials import (
    AlterUserScramCredentialsRequest,
    AlterUserScramCredentialsResponse,
    AlterUserScramCredentialsResult,
)

from wirekafka.apis.context import RequestContext
from wirekafka.metadata.scram_credentials import Deletion, Upsertion

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = AlterUserScramCredentialsRequest


async def handle(
    broker: Broker, context: RequestContext, request: AlterUserScramCredentialsRequest
) -> AlterUserScramCredentialsResponse:
    """One row per user."""
    outcomes = await broker.metadata.alter_scram_credentials(
        [Deletion(row.name, row.mechanism) for row in request.deletions],
        [
            Upsertion(
                row.name, row.mechanism, row.iterations, bytes(row.salt), bytes(row.salted_password)
            )
            for row in request.upsertions
        ],
    )
    return AlterUserScramCredentialsResponse(
        results=[_row(user, error) for user, error in outcomes.items()]
    )


def error_response(
    request: AlterUserScramCredentialsRequest, context: RequestContext, error: ApiError
) -> AlterUserScramCredentialsResponse:
    """The error for every user."""
    users = dict.fromkeys(deletion.name for deletion in request.deletions)
    users |= dict.fromkeys(upsertion.name for upsertion in request.upsertions)
    return AlterUserScramCredentialsResponse(results=[_row(user, error) for user in users])


def _row(user: str, error: ApiError | None) -> AlterUserScramCredentialsResult:
    if error is None:
        return AlterUserScramCredentialsResult(user, 0, None)
    return AlterUserScramCredentialsResult(user, int(error.code), error.message)

"""DescribeUserScramCredentials: key 50, version 0.

Which mechanisms users have and with how many iterations, without any secret (KIP-554). No users, or
null, are all users.

Each user by itself: one without credentials is RESOURCE_NOT_FOUND, one listed twice
DUPLICATE_RESOURCE. The message of no error is an empty text, as Kafka leaves it.

Differs from Kafka: users and mechanisms are in order, where Kafka goes by its hash tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.describe_user_scram_credentials import (
    CredentialInfo,
    DescribeUserScramCredentialsRequest,
    DescribeUserScramCredentialsResponse,
    DescribeUserScramCredentialsResult,
)

from wirekafka.apis.context import RequestContext
from wirekafka.metadata.scram_credentials import ScramMechanism, describe_credentials

if TYPE_CHECKING:
    from wirekafka.broker import Broker

REQUEST = DescribeUserScramCredentialsRequest


def handle(
    broker: Broker, context: RequestContext, request: DescribeUserScramCredentialsRequest
) -> DescribeUserScramCredentialsResponse:
    """One row per user."""
    asked = [user.name for user in request.users or ()]
    found = describe_credentials(broker.image.scram_credentials, asked)
    rows = [_row(user, described) for user, described in found.items()]
    return DescribeUserScramCredentialsResponse(results=rows)


def error_response(
    request: DescribeUserScramCredentialsRequest, context: RequestContext, error: ApiError
) -> DescribeUserScramCredentialsResponse:
    """The error at the top and for every user that was asked for."""
    return DescribeUserScramCredentialsResponse(
        0,
        int(error.code),
        error.message,
        [_row(user.name, error) for user in request.users or ()],
    )


def _row(
    user: str, described: list[tuple[ScramMechanism, int]] | ApiError
) -> DescribeUserScramCredentialsResult:
    if isinstance(described, ApiError):
        return DescribeUserScramCredentialsResult(user, int(described.code), described.message)
    infos = [CredentialInfo(int(mechanism), iterations) for mechanism, iterations in described]
    return DescribeUserScramCredentialsResult(user, credential_infos=infos)

"""The messages of CreateDelegationToken, API key 38.

A new delegation token for the caller (KIP-48), or from 3 on for another principal (KIP-373).

Generated from schemas/create_delegation_token.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class CreatableRenewers(Struct):
    __slots__ = ("principal_name", "principal_type")

    FIELDS = (
        Field("principal_type", "string", ""),
        Field("principal_name", "string", ""),
    )

    def __init__(self, principal_type: str = "", principal_name: str = "") -> None:
        self.principal_type = principal_type
        self.principal_name = principal_name


class CreateDelegationTokenRequest(Message):
    """Versions 1-3, flexible from 2."""

    __slots__ = ("max_lifetime_ms", "owner_principal_name", "owner_principal_type", "renewers")

    KEY = 38
    VERSIONS = VersionRange(1, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("owner_principal_type", "string", "", versions=VersionRange(3), nullable=ALWAYS),
        Field("owner_principal_name", "string", "", versions=VersionRange(3), nullable=ALWAYS),
        Field("renewers", "struct", (), struct=CreatableRenewers, is_array=True),
        Field("max_lifetime_ms", "int64", 0),
    )

    def __init__(
        self,
        owner_principal_type: str | None = "",
        owner_principal_name: str | None = "",
        renewers: list[CreatableRenewers] = EMPTY,
        max_lifetime_ms: int = 0,
    ) -> None:
        self.owner_principal_type = owner_principal_type
        self.owner_principal_name = owner_principal_name
        self.renewers: list[CreatableRenewers] = [] if renewers is EMPTY else renewers
        self.max_lifetime_ms = max_lifetime_ms


class CreateDelegationTokenResponse(Message):
    """Versions 1-3, flexible from 2."""

    __slots__ = (
        "error_code",
        "expiry_timestamp_ms",
        "hmac",
        "issue_timestamp_ms",
        "max_timestamp_ms",
        "principal_name",
        "principal_type",
        "throttle_time_ms",
        "token_id",
        "token_requester_principal_name",
        "token_requester_principal_type",
    )

    KEY = 38
    VERSIONS = VersionRange(1, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("error_code", "int16", 0),
        Field("principal_type", "string", ""),
        Field("principal_name", "string", ""),
        Field("token_requester_principal_type", "string", "", versions=VersionRange(3)),
        Field("token_requester_principal_name", "string", "", versions=VersionRange(3)),
        Field("issue_timestamp_ms", "int64", 0),
        Field("expiry_timestamp_ms", "int64", 0),
        Field("max_timestamp_ms", "int64", 0),
        Field("token_id", "string", ""),
        Field("hmac", "bytes", b""),
        Field("throttle_time_ms", "int32", 0),
    )

    def __init__(
        self,
        error_code: int = 0,
        principal_type: str = "",
        principal_name: str = "",
        token_requester_principal_type: str = "",
        token_requester_principal_name: str = "",
        issue_timestamp_ms: int = 0,
        expiry_timestamp_ms: int = 0,
        max_timestamp_ms: int = 0,
        token_id: str = "",
        hmac: bytes = b"",
        throttle_time_ms: int = 0,
    ) -> None:
        self.error_code = error_code
        self.principal_type = principal_type
        self.principal_name = principal_name
        self.token_requester_principal_type = token_requester_principal_type
        self.token_requester_principal_name = token_requester_principal_name
        self.issue_timestamp_ms = issue_timestamp_ms
        self.expiry_timestamp_ms = expiry_timestamp_ms
        self.max_timestamp_ms = max_timestamp_ms
        self.token_id = token_id
        self.hmac = hmac
        self.throttle_time_ms = throttle_time_ms

"""The messages of DescribeDelegationToken, API key 41.

Delegation tokens of some owners, null for all that the caller may see (KIP-48). 3 tells who asked
for them (KIP-373).

Generated from schemas/describe_delegation_token.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class DescribeDelegationTokenOwner(Struct):
    __slots__ = ("principal_name", "principal_type")

    FIELDS = (
        Field("principal_type", "string", ""),
        Field("principal_name", "string", ""),
    )

    def __init__(self, principal_type: str = "", principal_name: str = "") -> None:
        self.principal_type = principal_type
        self.principal_name = principal_name


class DescribeDelegationTokenRequest(Message):
    """Versions 1-3, flexible from 2."""

    __slots__ = ("owners",)

    KEY = 41
    VERSIONS = VersionRange(1, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field(
            "owners",
            "struct",
            (),
            struct=DescribeDelegationTokenOwner,
            is_array=True,
            nullable=ALWAYS,
        ),
    )

    def __init__(self, owners: list[DescribeDelegationTokenOwner] | None = EMPTY) -> None:
        self.owners: list[DescribeDelegationTokenOwner] | None = [] if owners is EMPTY else owners


class DescribedDelegationTokenRenewer(Struct):
    __slots__ = ("principal_name", "principal_type")

    FIELDS = (
        Field("principal_type", "string", ""),
        Field("principal_name", "string", ""),
    )

    def __init__(self, principal_type: str = "", principal_name: str = "") -> None:
        self.principal_type = principal_type
        self.principal_name = principal_name


class DescribedDelegationToken(Struct):
    __slots__ = (
        "expiry_timestamp",
        "hmac",
        "issue_timestamp",
        "max_timestamp",
        "principal_name",
        "principal_type",
        "renewers",
        "token_id",
        "token_requester_principal_name",
        "token_requester_principal_type",
    )

    FIELDS = (
        Field("principal_type", "string", ""),
        Field("principal_name", "string", ""),
        Field("token_requester_principal_type", "string", "", versions=VersionRange(3)),
        Field("token_requester_principal_name", "string", "", versions=VersionRange(3)),
        Field("issue_timestamp", "int64", 0),
        Field("expiry_timestamp", "int64", 0),
        Field("max_timestamp", "int64", 0),
        Field("token_id", "string", ""),
        Field("hmac", "bytes", b""),
        Field("renewers", "struct", (), struct=DescribedDelegationTokenRenewer, is_array=True),
    )

    def __init__(
        self,
        principal_type: str = "",
        principal_name: str = "",
        token_requester_principal_type: str = "",
        token_requester_principal_name: str = "",
        issue_timestamp: int = 0,
        expiry_timestamp: int = 0,
        max_timestamp: int = 0,
        token_id: str = "",
        hmac: bytes = b"",
        renewers: list[DescribedDelegationTokenRenewer] = EMPTY,
    ) -> None:
        self.principal_type = principal_type
        self.principal_name = principal_name
        self.token_requester_principal_type = token_requester_principal_type
        self.token_requester_principal_name = token_requester_principal_name
        self.issue_timestamp = issue_timestamp
        self.expiry_timestamp = expiry_timestamp
        self.max_timestamp = max_timestamp
        self.token_id = token_id
        self.hmac = hmac
        self.renewers: list[DescribedDelegationTokenRenewer] = [] if renewers is EMPTY else renewers


class DescribeDelegationTokenResponse(Message):
    """Versions 1-3, flexible from 2."""

    __slots__ = ("error_code", "throttle_time_ms", "tokens")

    KEY = 41
    VERSIONS = VersionRange(1, 3)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("error_code", "int16", 0),
        Field("tokens", "struct", (), struct=DescribedDelegationToken, is_array=True),
        Field("throttle_time_ms", "int32", 0),
    )

    def __init__(
        self,
        error_code: int = 0,
        tokens: list[DescribedDelegationToken] = EMPTY,
        throttle_time_ms: int = 0,
    ) -> None:
        self.error_code = error_code
        self.tokens: list[DescribedDelegationToken] = [] if tokens is EMPTY else tokens
        self.throttle_time_ms = throttle_time_ms

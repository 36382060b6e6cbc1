"""The messages of ExpireDelegationToken, API key 40.

Ends a delegation token, now or later (KIP-48).

Generated from schemas/expire_delegation_token.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import Field, Message, VersionRange


class ExpireDelegationTokenRequest(Message):
    """Versions 1-2, flexible from 2."""

    __slots__ = ("expiry_time_period_ms", "hmac")

    KEY = 40
    VERSIONS = VersionRange(1, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("hmac", "bytes", b""),
        Field("expiry_time_period_ms", "int64", 0),
    )

    def __init__(self, hmac: bytes = b"", expiry_time_period_ms: int = 0) -> None:
        self.hmac = hmac
        self.expiry_time_period_ms = expiry_time_period_ms


class ExpireDelegationTokenResponse(Message):
    """Versions 1-2, flexible from 2."""

    __slots__ = ("error_code", "expiry_timestamp_ms", "throttle_time_ms")

    KEY = 40
    VERSIONS = VersionRange(1, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("error_code", "int16", 0),
        Field("expiry_timestamp_ms", "int64", 0),
        Field("throttle_time_ms", "int32", 0),
    )

    def __init__(
        self, error_code: int = 0, expiry_timestamp_ms: int = 0, throttle_time_ms: int = 0
    ) -> None:
        self.error_code = error_code
        self.expiry_timestamp_ms = expiry_timestamp_ms
        self.throttle_time_ms = throttle_time_ms

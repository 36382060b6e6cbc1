"""The messages of SaslAuthenticate, API key 36.

One step of the SASL exchange (KIP-152). 1 tells how long the session lives (KIP-368).

Generated from schemas/sasl_authenticate.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, Field, Message, VersionRange


class SaslAuthenticateRequest(Message):
    """Versions 0-2, flexible from 2."""

    __slots__ = ("auth_bytes",)

    KEY = 36
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("auth_bytes", "bytes", b""),
    )

    def __init__(self, auth_bytes: bytes = b"") -> None:
        self.auth_bytes = auth_bytes


class SaslAuthenticateResponse(Message):
    """Versions 0-2, flexible from 2."""

    __slots__ = ("auth_bytes", "error_code", "error_message", "session_lifetime_ms")

    KEY = 36
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field("auth_bytes", "bytes", b""),
        Field("session_lifetime_ms", "int64", 0, versions=VersionRange(1)),
    )

    def __init__(
        self,
        error_code: int = 0,
        error_message: str | None = "",
        auth_bytes: bytes = b"",
        session_lifetime_ms: int = 0,
    ) -> None:
        self.error_code = error_code
        self.error_message = error_message
        self.auth_bytes = auth_bytes
        self.session_lifetime_ms = session_lifetime_ms

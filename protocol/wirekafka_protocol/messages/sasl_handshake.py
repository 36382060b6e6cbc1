"""The messages of SaslHandshake, API key 17.

Chooses a SASL mechanism. After version 1 the exchange itself is wrapped in SaslAuthenticate
(KIP-152), after version 0 it is raw length-prefixed tokens. Never flexible.

Generated from schemas/sasl_handshake.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import EMPTY, Field, Message, VersionRange


class SaslHandshakeRequest(Message):
    """Versions 0-1, none of them flexible."""

    __slots__ = ("mechanism",)

    KEY = 17
    VERSIONS = VersionRange(0, 1)
    FIELDS = (
        Field("mechanism", "string", ""),
    )

    def __init__(self, mechanism: str = "") -> None:
        self.mechanism = mechanism


class SaslHandshakeResponse(Message):
    """Versions 0-1, none of them flexible."""

    __slots__ = ("error_code", "mechanisms")

    KEY = 17
    VERSIONS = VersionRange(0, 1)
    FIELDS = (
        Field("error_code", "int16", 0),
        Field("mechanisms", "string", (), is_array=True),
    )

    def __init__(self, error_code: int = 0, mechanisms: list[str] = EMPTY) -> None:
        self.error_code = error_code
        self.mechanisms: list[str] = [] if mechanisms is EMPTY else mechanisms

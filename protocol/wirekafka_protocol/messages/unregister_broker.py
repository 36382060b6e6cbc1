"""The messages of UnregisterBroker, API key 64.

Removes a broker that will not come back (KIP-631).

Generated from schemas/unregister_broker.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, Field, Message, VersionRange


class UnregisterBrokerRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("broker_id",)

    KEY = 64
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("broker_id", "int32", 0),
    )

    def __init__(self, broker_id: int = 0) -> None:
        self.broker_id = broker_id


class UnregisterBrokerResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("error_code", "error_message", "throttle_time_ms")

    KEY = 64
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
    )

    def __init__(
        self, throttle_time_ms: int = 0, error_code: int = 0, error_message: str | None = ""
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message

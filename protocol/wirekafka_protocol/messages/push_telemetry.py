"""The messages of PushTelemetry, API key 72.

A client's metrics, as an OTLP message (KIP-714).

Generated from schemas/push_telemetry.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, Field, Message, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class PushTelemetryRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = (
        "client_instance_id",
        "compression_type",
        "metrics",
        "subscription_id",
        "terminating",
    )

    KEY = 72
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("client_instance_id", "uuid", ZERO_UUID),
        Field("subscription_id", "int32", 0),
        Field("terminating", "bool", False),
        Field("compression_type", "int8", 0),
        Field("metrics", "bytes", b""),
    )

    def __init__(
        self,
        client_instance_id: bytes = ZERO_UUID,
        subscription_id: int = 0,
        terminating: bool = False,
        compression_type: int = 0,
        metrics: bytes = b"",
    ) -> None:
        self.client_instance_id = client_instance_id
        self.subscription_id = subscription_id
        self.terminating = terminating
        self.compression_type = compression_type
        self.metrics = metrics


class PushTelemetryResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("error_code", "throttle_time_ms")

    KEY = 72
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
    )

    def __init__(self, throttle_time_ms: int = 0, error_code: int = 0) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code

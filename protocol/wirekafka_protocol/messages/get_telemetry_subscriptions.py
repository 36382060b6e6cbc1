"""The messages of GetTelemetrySubscriptions, API key 71.

Which metrics a client should push and how often (KIP-714).

Generated from schemas/get_telemetry_subscriptions.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class GetTelemetrySubscriptionsRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("client_instance_id",)

    KEY = 71
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("client_instance_id", "uuid", ZERO_UUID),
    )

    def __init__(self, client_instance_id: bytes = ZERO_UUID) -> None:
        self.client_instance_id = client_instance_id


class GetTelemetrySubscriptionsResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = (
        "accepted_compression_types",
        "client_instance_id",
        "delta_temporality",
        "error_code",
        "push_interval_ms",
        "requested_metrics",
        "subscription_id",
        "telemetry_max_bytes",
        "throttle_time_ms",
    )

    KEY = 71
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("client_instance_id", "uuid", ZERO_UUID),
        Field("subscription_id", "int32", 0),
        Field("accepted_compression_types", "int8", (), is_array=True),
        Field("push_interval_ms", "int32", 0),
        Field("telemetry_max_bytes", "int32", 0),
        Field("delta_temporality", "bool", False),
        Field("requested_metrics", "string", (), is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        client_instance_id: bytes = ZERO_UUID,
        subscription_id: int = 0,
        accepted_compression_types: list[int] = EMPTY,
        push_interval_ms: int = 0,
        telemetry_max_bytes: int = 0,
        delta_temporality: bool = False,
        requested_metrics: list[str] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.client_instance_id = client_instance_id
        self.subscription_id = subscription_id
        self.accepted_compression_types: list[int] = (
            [] if accepted_compression_types is EMPTY else accepted_compression_types
        )
        self.push_interval_ms = push_interval_ms
        self.telemetry_max_bytes = telemetry_max_bytes
        self.delta_temporality = delta_temporality
        self.requested_metrics: list[str] = [] if requested_metrics is EMPTY else requested_metrics

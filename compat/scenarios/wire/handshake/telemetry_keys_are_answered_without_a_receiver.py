"""The telemetry keys are not listed as long as no receiver is configured, yet are answered."""

from compat.wire import Wire

FEATURE = "client telemetry"


def run(broker: Wire) -> None:
    broker.ask(
        "GetTelemetrySubscriptions",
        0,
        # The id is random, and the interval is that of whatever subscription there is by now.
        show=lambda a: {**a, "subscription_id": "any", "push_interval_ms": "any"},
        timeout=2.0,
    )
    broker.outcome("PushTelemetry", 0, on=broker.connect(), timeout=2.0)

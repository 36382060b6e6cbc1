"""Values that a config cannot have and unknown names are INVALID_CONFIG, a null value is
INVALID_REQUEST."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for name, value in (
        ("retention.ms", "soon"),
        ("retention.ms", "-2"),
        ("retention.ms", ""),
        ("retention.ms", None),
        ("cleanup.policy", "burn"),
        ("compression.type", "rar"),
        ("segment.bytes", "1000"),
        ("no.such.config", "1"),
        ("", "1"),
        ("min.insync.replicas", "0"),
        ("unclean.leader.election.enable", "maybe"),
        ("message.timestamp.type", "Never"),
    ):
        change = {"name": name, "config_operation": 0, "value": value}
        row = {"resource_type": 2, "resource_name": topic, "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)

"""APPEND and SUBTRACT of a config that is no list are INVALID_CONFIG."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for operation in (2, 3):
        change = {"name": "retention.ms", "config_operation": operation, "value": "5"}
        row = {"resource_type": 2, "resource_name": topic, "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)

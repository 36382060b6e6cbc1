"""The same config twice in a resource, or the same resource twice in a request, is
INVALID_REQUEST."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    change = {"name": "retention.ms", "config_operation": 0, "value": "1234"}
    row = {"resource_type": 2, "resource_name": topic, "configs": [change, change]}
    broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)
    row = {"resource_type": 2, "resource_name": topic, "configs": [change]}
    broker.ask("IncrementalAlterConfigs", 1, resources=[row, row], validate_only=False)

"""validate_only finds what is wrong and changes nothing."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=1000)
    for value in ("5000", "soon"):
        change = {"name": "retention.ms", "config_operation": 0, "value": value}
        row = {"resource_type": 2, "resource_name": topic, "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=True)
    wanted = {"resource_type": 2, "resource_name": topic, "configuration_keys": ["retention.ms"]}
    broker.ask("DescribeConfigs", 4, resources=[wanted])

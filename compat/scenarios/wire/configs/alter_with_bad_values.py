"""AlterConfigs refuses what IncrementalAlterConfigs does, and changes nothing then; also when it
only validates."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=1000)
    for name, value in (
        ("retention.ms", "soon"),
        ("retention.ms", None),
        ("no.such.config", "1"),
        ("cleanup.policy", "burn"),
    ):
        row = {
            "resource_type": 2,
            "resource_name": topic,
            "configs": [{"name": name, "value": value}],
        }
        for validate_only in (True, False):
            broker.ask("AlterConfigs", 2, resources=[row], validate_only=validate_only)
    wanted = {"resource_type": 2, "resource_name": topic, "configuration_keys": ["retention.ms"]}
    broker.ask("DescribeConfigs", 4, resources=[wanted])

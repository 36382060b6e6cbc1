"""IncrementalAlterConfigs appends to lists and subtracts from them, what is there already once."""

from compat.wire import Wire

SET, APPEND, SUBTRACT = 0, 2, 3


def run(broker: Wire) -> None:
    topic = broker.topic()
    for operation, value in (
        (APPEND, "compact"),
        (APPEND, "compact"),
        (SUBTRACT, "delete"),
        (SUBTRACT, "delete"),
        (SET, "delete,compact"),
        (SUBTRACT, "compact,delete"),
    ):
        change = {"name": "cleanup.policy", "config_operation": operation, "value": value}
        row = {"resource_type": 2, "resource_name": topic, "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)
    wanted = {"resource_type": 2, "resource_name": topic, "configuration_keys": ["cleanup.policy"]}
    broker.until(
        lambda answer: answer["results"][0]["configs"][0]["config_source"] == 1,
        "DescribeConfigs",
        4,
        resources=[wanted],
    )

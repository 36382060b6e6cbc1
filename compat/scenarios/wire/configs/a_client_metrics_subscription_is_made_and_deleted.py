"""Setting configs of a client metrics resource makes it; deleting its last config unmakes it."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    name = broker.name("metrics")
    wanted = {"resource_type": 16, "resource_name": name, "configuration_keys": None}
    for operation, value in ((0, "60000"), (1, None)):
        change = {"name": "interval.ms", "config_operation": operation, "value": value}
        row = {"resource_type": 16, "resource_name": name, "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)
        broker.until(
            lambda answer, value=value: (
                value in (None, *(one["value"] for one in answer["results"][0]["configs"]))
            ),
            "DescribeConfigs",
            4,
            resources=[wanted],
        )
        if value:
            broker.ask("DescribeConfigs", 4, resources=[wanted])

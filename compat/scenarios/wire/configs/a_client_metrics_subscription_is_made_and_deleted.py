"""Setting configs of a client metrics resource makes it; deleting its last config unmakes it."""

from functools import partial

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    name = broker.name("metrics")
    wanted = {"resource_type": 16, "resource_name": name, "configuration_keys": None}
    for operation, value in ((0, "60000"), (1, None)):
        change = {"name": "interval.ms", "config_operation": operation, "value": value}
        row = {"resource_type": 16, "resource_name": name, "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)
        broker.until(
            partial(_is_there, bool(value)),
            "DescribeConfigs",
            4,
            resources=[wanted],
        )
        broker.ask("DescribeConfigs", 4, resources=[wanted])


def _is_there(wanted: bool, answer: Message) -> bool:
    values = [row["value"] for row in answer["results"][0]["configs"]]
    return ("60000" in values) == wanted

"""A broker id that is not the asked broker's, or no number, is INVALID_REQUEST."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for name in ("7", "-1", "x", " 1"):
        row = {"resource_type": 4, "resource_name": name, "configuration_keys": ["num.partitions"]}
        broker.ask("DescribeConfigs", 4, resources=[row])

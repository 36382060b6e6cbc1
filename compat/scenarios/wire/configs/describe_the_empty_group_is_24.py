"""The empty name is no group: an error in its row."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    row = {"resource_type": 32, "resource_name": "", "configuration_keys": None}
    broker.ask("DescribeConfigs", 4, resources=[row])

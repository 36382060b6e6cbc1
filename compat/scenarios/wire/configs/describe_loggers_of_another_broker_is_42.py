"""Loggers are described by the broker's own id; another one, or none, is INVALID_REQUEST."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for name in ("7", "", "x"):
        row = {"resource_type": 8, "resource_name": name, "configuration_keys": None}
        broker.ask("DescribeConfigs", 4, resources=[row])

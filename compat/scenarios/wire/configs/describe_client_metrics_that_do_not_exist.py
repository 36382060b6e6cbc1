"""A client metrics subscription that was never made has no configs of its own and no error."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for name in (broker.name("metrics"), ""):
        row = {"resource_type": 16, "resource_name": name, "configuration_keys": None}
        broker.ask("DescribeConfigs", 4, resources=[row])

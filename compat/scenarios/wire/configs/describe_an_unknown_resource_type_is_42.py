"""One resource of a type that does not exist makes the whole request INVALID_REQUEST, the good
ones included."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    keys = ["retention.ms"]
    good = {"resource_type": 2, "resource_name": broker.topic(), "configuration_keys": keys}
    for kind in (0, 1, 9, 99, -1):
        row = {"resource_type": kind, "resource_name": "x", "configuration_keys": keys}
        broker.ask("DescribeConfigs", 4, resources=[row, good])

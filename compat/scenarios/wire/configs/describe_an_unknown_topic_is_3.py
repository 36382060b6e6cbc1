"""A topic that does not exist is UNKNOWN_TOPIC_OR_PARTITION, one whose name cannot be is
INVALID_TOPIC_EXCEPTION."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for name in (broker.name("none"), "a b", ""):
        row = {"resource_type": 2, "resource_name": name, "configuration_keys": ["retention.ms"]}
        broker.ask("DescribeConfigs", 4, resources=[row])

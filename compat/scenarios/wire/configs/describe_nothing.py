"""No resources have an empty answer, and a resource listed twice is answered twice."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    keys = ["retention.ms"]
    row = {"resource_type": 2, "resource_name": broker.topic(), "configuration_keys": keys}
    broker.ask("DescribeConfigs", 4, resources=[])
    broker.ask("DescribeConfigs", 4, resources=[row, row])

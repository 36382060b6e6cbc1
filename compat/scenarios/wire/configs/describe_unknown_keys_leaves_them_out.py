"""Keys that no topic has are left out of the answer, without an error."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    keys = ["no.such.config", "retention.ms", "", "retention.ms"]
    row = {"resource_type": 2, "resource_name": broker.topic(), "configuration_keys": keys}
    broker.ask("DescribeConfigs", 4, resources=[row])

"""Of a broker one gets its static and default configs by its id; the empty name is the default
of all brokers."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    keys = ["log.retention.ms", "log.retention.hours", "num.partitions", "message.max.bytes"]
    for name in ("1", ""):
        row = {"resource_type": 4, "resource_name": name, "configuration_keys": keys}
        broker.ask("DescribeConfigs", 4, resources=[row], include_synonyms=True)

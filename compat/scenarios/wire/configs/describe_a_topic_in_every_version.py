"""DescribeConfigs of named keys of a topic: source and synonyms in every version, type and
documentation from v3."""

from compat.wire import Wire

TOPIC = 2


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=1000)
    keys = ["retention.ms", "cleanup.policy", "segment.bytes"]
    rows = [{"resource_type": TOPIC, "resource_name": topic, "configuration_keys": keys}]
    for version in range(1, 5):
        broker.ask("DescribeConfigs", version, resources=rows)
        broker.ask("DescribeConfigs", version, resources=rows, include_synonyms=True)

"""A resource that is asked for twice is described twice, each time with what was asked for."""

from compat.wire import Wire
from compat.wire.configs import GROUP, TOPIC


def run(broker: Wire) -> None:
    topic, group = broker.topic(), broker.name("g")
    rows = [
        {"resource_type": kind, "resource_name": name, "configuration_keys": keys}
        for kind, name, keys in (
            (TOPIC, topic, ["retention.ms"]),
            (TOPIC, topic, ["segment.ms", "segment.ms"]),
            (TOPIC, topic, ["no.such.config"]),
            (GROUP, group, ["consumer.session.timeout.ms", ""]),
            (GROUP, group, ["no.such.config"]),
        )
    ]
    for row in rows:
        broker.ask("DescribeConfigs", 4, resources=[row])
    answer = broker.quiet("DescribeConfigs", 4, resources=rows)
    broker.record("DescribeConfigs v4 of all", [len(row["configs"]) for row in answer["results"]])

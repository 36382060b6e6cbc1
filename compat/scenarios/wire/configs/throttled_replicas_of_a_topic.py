"""Throttled replicas are pairs of numbers, with holes, or "*"."""

from compat.wire import Wire
from compat.wire.configs import APPEND, SET, SUBTRACT, TOPIC, changed, described, increments, shows


def run(broker: Wire) -> None:
    topic, name = broker.topic(), "leader.replication.throttled.replicas"
    for operation, value in (
        (SET, ","),
        (SET, "0:x"),
        (SET, "*,0:1"),
        (SET, "0:1,"),
        (APPEND, "1:1"),
        (APPEND, "*"),
        (SUBTRACT, "0:1"),
        (SUBTRACT, "7:7"),
    ):
        body = increments(changed(TOPIC, topic, (name, operation, value)))
        broker.ask("IncrementalAlterConfigs", 1, **body)
    broker.until(
        shows(name, "1:1"),
        "DescribeConfigs",
        4,
        **described(TOPIC, topic, name),
    )

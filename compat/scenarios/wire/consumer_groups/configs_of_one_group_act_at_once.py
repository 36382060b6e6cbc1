"""The heartbeat interval that is set for a group is what its members are told; bad values are
INVALID_CONFIG."""

from compat.wire import Wire
from compat.wire.coordinators import known_topic
from compat.wire.members import Member


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    member = Member(broker, group, "m")
    member.join(topic)
    for name, value in (
        ("consumer.heartbeat.interval.ms", "6000"),
        ("consumer.heartbeat.interval.ms", "4000"),
        ("consumer.heartbeat.interval.ms", "16000"),
        ("consumer.session.timeout.ms", "1000"),
        ("consumer.session.timeout.ms", "60001"),
        ("consumer.session.timeout.ms", "soon"),
        ("consumer.assignment.interval.ms", "0"),
        ("consumer.assignment.interval.ms", "15001"),
        ("consumer.nonsense", "1"),
    ):
        change = {"name": name, "config_operation": 0, "value": value}
        row = {"resource_type": 32, "resource_name": group, "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row])
    answer = member.beat()
    is_longer = answer["heartbeat_interval_ms"] <= 6000
    broker.record("ConsumerGroupHeartbeat v1: interval is at most the group's", is_longer)

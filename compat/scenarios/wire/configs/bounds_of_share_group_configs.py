"""The configs of a share group lie within the bounds which the broker sets."""

from compat.wire import Wire
from compat.wire.configs import GROUP, SET, only_checked


def run(broker: Wire) -> None:
    group = broker.name("g")
    for name, values in (
        ("session.timeout.ms", ("44999", "45000", "60000", "60001")),
        ("heartbeat.interval.ms", ("4999", "5000", "15000", "15001")),
        ("assignment.interval.ms", ("-1", "15001")),
        ("auto.offset.reset", ("earliest", "none", "by_duration:PT1S", "by_duration:1")),
        ("delivery.count.limit", ("1", "2", "10", "11")),
        ("isolation.level", ("READ_COMMITTED", "read_committed")),
        ("partition.max.record.locks", ("99", "100", "10000", "10001")),
        ("record.lock.duration.ms", ("999", "15000", "60000", "60001")),
        ("renew.acknowledge.enable", ("maybe", "FALSE")),
    ):
        for value in values:
            body = only_checked(GROUP, group, (f"share.{name}", SET, value))
            broker.ask("IncrementalAlterConfigs", 1, **body)

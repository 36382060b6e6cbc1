"""The configs of a consumer group lie within the bounds which the broker sets."""

from compat.wire import Wire
from compat.wire.configs import GROUP, SET, only_checked


def run(broker: Wire) -> None:
    group = broker.name("g")
    for name, values in (
        ("session.timeout.ms", ("44999", "45000", "60000", "60001", "0", "x")),
        ("heartbeat.interval.ms", ("4999", "5000", "15000", "15001", "0")),
        ("assignment.interval.ms", ("-1", "0", "15000", "15001")),
        ("auto.offset.reset", ("earliest",)),
        ("max.size", ("5",)),
    ):
        for value in values:
            body = only_checked(GROUP, group, (f"consumer.{name}", SET, value))
            broker.ask("IncrementalAlterConfigs", 1, **body)

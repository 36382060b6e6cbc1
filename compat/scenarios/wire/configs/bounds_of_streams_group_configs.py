"""The configs of a streams group lie within the bounds which the broker sets."""

from compat.wire import Wire
from compat.wire.configs import GROUP, SET, only_checked


def run(broker: Wire) -> None:
    group = broker.name("g")
    for name, values in (
        ("session.timeout.ms", ("44999", "45000", "60000", "60001")),
        ("heartbeat.interval.ms", ("4999", "15001")),
        ("assignment.interval.ms", ("-1", "15001")),
        ("num.standby.replicas", ("-1", "0", "2", "3")),
        ("initial.rebalance.delay.ms", ("-1", "0", "99999999")),
    ):
        for value in values:
            body = only_checked(GROUP, group, (f"streams.{name}", SET, value))
            broker.ask("IncrementalAlterConfigs", 1, **body)

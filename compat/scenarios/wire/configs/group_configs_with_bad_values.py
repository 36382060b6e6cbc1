"""Group configs out of the broker's bounds, unknown ones and those of no group are refused."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    group = broker.name("g")
    for name, value in (
        ("consumer.session.timeout.ms", "1"),
        ("consumer.heartbeat.interval.ms", "99999999"),
        ("consumer.session.timeout.ms", "long"),
        ("no.such.config", "1"),
    ):
        change = {"name": name, "config_operation": 0, "value": value}
        row = {"resource_type": 32, "resource_name": group, "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=True)
    change = {"name": "consumer.session.timeout.ms", "config_operation": 0, "value": "50000"}
    row = {"resource_type": 32, "resource_name": "", "configs": [change]}
    broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=True)

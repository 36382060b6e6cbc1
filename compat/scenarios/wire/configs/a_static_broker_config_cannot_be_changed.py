"""A config that only a restart can change, a bad value, or an unknown name, is refused at run
time."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for name, value in (
        ("log.dirs", "/tmp"),
        ("node.id", "2"),
        ("num.partitions", "3"),
        ("message.max.bytes", "-1"),
        ("num.io.threads", "many"),
        ("log.cleaner.threads", "0"),
    ):
        change = {"name": name, "config_operation": 0, "value": value}
        row = {"resource_type": 4, "resource_name": "1", "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=True)

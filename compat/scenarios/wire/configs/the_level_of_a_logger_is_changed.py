"""A logger's level is set and taken back at run time; unknown levels and other operations are
INVALID_CONFIG."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    logger = "kafka.server.KafkaApis"
    for name, operation, value in (
        (logger, 0, "DEBUG"),
        (logger, 1, None),
        (logger, 0, "LOUD"),
        (logger, 2, "DEBUG"),
        ("no.such.logger", 0, "DEBUG"),
        ("root", 1, None),
    ):
        change = {"name": name, "config_operation": operation, "value": value}
        row = {"resource_type": 8, "resource_name": "1", "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)

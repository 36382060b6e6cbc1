"""AlterConfigs of loggers is INVALID_REQUEST: only increments can."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    row = {
        "resource_type": 8,
        "resource_name": "1",
        "configs": [{"name": "kafka.server.KafkaApis", "value": "INFO"}],
    }
    broker.ask("AlterConfigs", 2, resources=[row], validate_only=False)

"""Unknown topics are UNKNOWN_TOPIC_OR_PARTITION, unknown types and brokers INVALID_REQUEST, to
both kinds of alter."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    change = {"name": "retention.ms", "config_operation": 0, "value": "1234"}
    for kind, name in ((2, broker.name("none")), (2, ""), (99, "x"), (0, "x"), (4, "x")):
        row = {"resource_type": kind, "resource_name": name, "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)
        whole = {**row, "configs": [{"name": "retention.ms", "value": "1234"}]}
        broker.ask("AlterConfigs", 2, resources=[whole], validate_only=False)

"""Client metrics configs that are unknown or cannot be read are refused; so is the empty name."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for resource, name, value in (
        (broker.name("m"), "interval.ms", "1"),
        (broker.name("m"), "interval.ms", "soon"),
        (broker.name("m"), "match", "nonsense"),
        (broker.name("m"), "match", "client_id=[a-z"),
        (broker.name("m"), "no.such.config", "1"),
        ("", "interval.ms", "60000"),
    ):
        change = {"name": name, "config_operation": 0, "value": value}
        row = {"resource_type": 16, "resource_name": resource, "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=True)

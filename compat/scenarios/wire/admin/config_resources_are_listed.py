"""ListConfigResources lists client metrics in v0; in v1 the types that are asked for, or all; an
unknown type is UNSUPPORTED_VERSION."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        rows = answer["config_resources"]
        return {**answer, "config_resources": broker.mine(rows, "resource_name")}

    broker.topic()
    for kind, name, config, value in (
        (16, broker.name("m"), "interval.ms", "60000"),
        (32, broker.name("g"), "consumer.session.timeout.ms", "50000"),
    ):
        change = {"name": config, "config_operation": 0, "value": value}
        row = {"resource_type": kind, "resource_name": name, "configs": [change]}
        broker.quiet("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)
    broker.until(
        lambda answer: len(mine(answer)["config_resources"]) == 3,
        "ListConfigResources",
        1,
        resource_types=[],
    )
    broker.ask("ListConfigResources", 0, show=mine)
    for kinds in ([], [2], [16, 32], [4], [8], [99], [0]):
        broker.ask("ListConfigResources", 1, show=mine, resource_types=kinds)

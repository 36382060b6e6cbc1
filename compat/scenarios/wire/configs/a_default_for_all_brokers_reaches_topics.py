"""A default of all brokers shows in the broker and, by its other name, in topics."""

from functools import partial

from compat.wire import Message, Wire

ALONE = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    for operation, value, source in ((0, "54321", 3), (1, None, 5)):
        change = {"name": "log.segment.delete.delay.ms", "config_operation": operation}
        change["value"] = value
        row = {"resource_type": 4, "resource_name": "", "configs": [change]}
        broker.ask("IncrementalAlterConfigs", 1, resources=[row], validate_only=False)
        wanted = [
            {
                "resource_type": 4,
                "resource_name": "1",
                "configuration_keys": ["log.segment.delete.delay.ms"],
            },
            {
                "resource_type": 2,
                "resource_name": topic,
                "configuration_keys": ["file.delete.delay.ms"],
            },
        ]
        broker.until(
            partial(_come_from, source),
            "DescribeConfigs",
            4,
            resources=wanted,
        )
        broker.ask("DescribeConfigs", 4, resources=wanted, include_synonyms=True)


def _come_from(source: int, answer: Message) -> bool:
    return all(row["configs"][0]["config_source"] == source for row in answer["results"])

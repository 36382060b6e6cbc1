"""IncrementalAlterConfigs sets and deletes single configs of a topic and leaves the others
alone."""

from compat.wire import Wire

SET, DELETE = 0, 1


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=1000, max_message_bytes=5000)
    for version in (0, 1):
        alter(broker, topic, version, ("retention.ms", SET, "2000"), ("segment.ms", SET, "99999"))
        alter(broker, topic, version, ("retention.ms", DELETE, None))
        alter(broker, topic, version, ("retention.ms", DELETE, "ignored"))
    wait_and_describe(broker, topic)


def alter(broker: Wire, topic: str, version: int, *changes: tuple[str, int, str | None]) -> None:
    configs = [
        {"name": name, "config_operation": operation, "value": value}
        for name, operation, value in changes
    ]
    row = {"resource_type": 2, "resource_name": topic, "configs": configs}
    broker.ask("IncrementalAlterConfigs", version, resources=[row], validate_only=False)


def wait_and_describe(broker: Wire, topic: str) -> None:
    keys = ["retention.ms", "segment.ms", "max.message.bytes"]
    row = {"resource_type": 2, "resource_name": topic, "configuration_keys": keys}
    broker.until(
        lambda answer: (
            {"retention.ms": 5, "segment.ms": 1}.items()
            <= {
                one["name"]: one["config_source"] for one in answer["results"][0]["configs"]
            }.items()
        ),
        "DescribeConfigs",
        4,
        resources=[row],
    )
    broker.ask("DescribeConfigs", 4, resources=[row], include_synonyms=True)

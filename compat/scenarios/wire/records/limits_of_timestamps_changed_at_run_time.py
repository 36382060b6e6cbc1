"""Limits of timestamps that are changed hold for the next batch."""

from compat.wire import Message, Wire, batch, now, produce

NAME = "message.timestamp.before.max.ms"


def run(broker: Wire) -> None:
    topic = broker.topic()
    for limit in ("1000000", "10000000", "1000"):
        _change(broker, topic, limit)
        records = batch(b"a", timestamp=now() - 3_600_000)
        broker.ask("Produce", 9, **produce(topic, records))


def _change(broker: Wire, topic: str, value: str) -> None:
    change = {"name": NAME, "config_operation": 0, "value": value}
    resource = {"resource_type": 2, "resource_name": topic, "configs": [change]}
    answer = broker.quiet("IncrementalAlterConfigs", 1, resources=[resource])
    assert answer["responses"][0]["error_code"] == 0, answer

    def changed(answer: Message) -> bool:
        return bool(answer["results"][0]["configs"][0]["value"] == value)

    asked = {"resource_type": 2, "resource_name": topic, "configuration_keys": [NAME]}
    broker.until(changed, "DescribeConfigs", 4, resources=[asked])

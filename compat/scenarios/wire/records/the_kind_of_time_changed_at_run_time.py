"""A message.timestamp.type that is changed holds for the next batch: what is there keeps its
times, and times are looked up in both."""

from compat.wire import Message, Wire, batch, fetch, list_offsets, produce

NAME = "message.timestamp.type"


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1)
    for kind in ("CreateTime", "LogAppendTime", "CreateTime"):
        _change(broker, topic, kind)
        broker.ask("Produce", 9, **produce(topic, batch(b"a", b"b", timestamp=5000)))
    broker.ask("Fetch", 12, **fetch((topic, 0)))
    for timestamp in (5000, 5001, -3):
        broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp))


def _change(broker: Wire, topic: str, value: str) -> None:
    change = {"name": NAME, "config_operation": 0, "value": value}
    resource = {"resource_type": 2, "resource_name": topic, "configs": [change]}
    answer = broker.quiet("IncrementalAlterConfigs", 1, resources=[resource])
    assert answer["responses"][0]["error_code"] == 0, answer

    def changed(answer: Message) -> bool:
        return bool(answer["results"][0]["configs"][0]["value"] == value)

    asked = {"resource_type": 2, "resource_name": topic, "configuration_keys": [NAME]}
    broker.until(changed, "DescribeConfigs", 4, resources=[asked])

"""A retention.ms that is changed while the broker runs holds from the next check on."""

from compat.wire import Message, Wire, batch, list_offsets

SETTINGS = {"log.retention.check.interval.ms": "100", "log.initial.task.delay.ms": "100"}


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1)
    broker.fill(topic, batch(b"a", timestamp=1000), batch(b"b", timestamp=2000))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -2))
    row = {"name": "retention.ms", "value": "1000", "config_operation": 0}
    resource = {"resource_type": 2, "resource_name": topic, "configs": [row]}
    broker.ask("IncrementalAlterConfigs", 1, resources=[resource])

    def gone(answer: Message) -> bool:
        return bool(answer["topics"][0]["partitions"][0]["offset"] == 2)

    broker.until(gone, "ListOffsets", 6, **list_offsets(topic, -2))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -2))
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))

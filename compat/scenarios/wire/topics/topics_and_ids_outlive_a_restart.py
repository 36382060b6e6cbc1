"""Topics, their ids, configs and partition counts are the same after a restart, clean or not;
leader epochs have grown."""

from compat.wire import Message, Wire, list_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2, retention_ms=5000)
    before = broker.topic_id(topic)
    for hard in (False, True):
        broker.restart(hard=hard)
        broker.until(_served, "ListOffsets", 6, **list_offsets(topic, -1))
        broker.record("the same id", broker.topic_id(topic) == before)
        broker.ask("Metadata", 12, topics=[{"name": topic}], show=_partitions)
        row = {"resource_type": 2, "resource_name": topic, "configuration_keys": ["retention.ms"]}
        broker.ask("DescribeConfigs", 4, resources=[row])


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)


def _partitions(answer: Message) -> Message:
    """How many epochs a restart takes is the broker's affair."""
    row = answer["topics"][0]
    partitions = [
        {**one, "leader_epoch": "grown" if one["leader_epoch"] > 0 else 0}
        for one in row["partitions"]
    ]
    return {**row, "partitions": partitions}

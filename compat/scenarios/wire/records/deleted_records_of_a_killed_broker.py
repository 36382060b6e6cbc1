"""A start that DeleteRecords moved is checkpointed once a minute: a kill before that undoes it."""

from compat.wire import Message, Wire, batch, list_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"), batch(b"b"), batch(b"c"))
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": 2}]}]
    broker.ask("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    broker.restart(hard=True)
    broker.until(_served, "ListOffsets", 3, **list_offsets(topic, -1))
    for timestamp in (-2, -1):  # v3 has no leader epochs
        broker.ask("ListOffsets", 3, **list_offsets(topic, timestamp))


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)

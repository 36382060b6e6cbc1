"""After a restart earliest and time lookups answer the epoch in which the record was written."""

from compat.wire import Message, Wire, batch, list_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1)
    broker.fill(topic, batch(b"x", timestamp=1000))
    broker.restart()
    broker.until(_served, "ListOffsets", 6, **list_offsets(topic, -1))
    for timestamp in (-1, -2, -3, 1000):
        broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp), show=_row)
    broker.fill(topic, batch(b"y", timestamp=2000))
    for timestamp in (-1, -2, -3, 1000, 2000):
        broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp), show=_row)


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)


def _row(answer: Message) -> Message:
    """How many epochs a restart takes is the broker's affair."""
    row = answer["topics"][0]["partitions"][0]
    return {**row, "leader_epoch": "first" if row["leader_epoch"] == 0 else "later"}

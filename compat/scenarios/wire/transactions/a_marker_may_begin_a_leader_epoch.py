"""After a restart the first entry of the new leader epoch may be a marker: there the old one
ends."""

from compat.wire import Message, Wire, fetch, list_offsets
from compat.wire.coordinators import end, opened, settled

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, producer = opened(broker, topic)
    broker.restart()
    broker.until(_served, "ListOffsets", 6, **list_offsets(topic, -1))
    rows = [{"topic": topic, "partitions": [{"partition": 0, "leader_epoch": 0}]}]
    broker.ask("OffsetForLeaderEpoch", 4, topics=rows)
    body = end(name, producer, committed=True)
    broker.until(lambda answer: answer["error_code"] not in (14, 15, 16), "EndTxn", 3, **body)
    settled(broker, name)
    broker.ask("OffsetForLeaderEpoch", 4, topics=rows)
    for offset in (1, 2):
        body = fetch((topic, offset), isolation_level=1)
        body["topics"][0]["partitions"][0]["last_fetched_epoch"] = 0
        broker.ask("Fetch", 12, show=_row, **body)


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)


def _row(answer: Message) -> Message:
    """Without the records: how many epochs a restart takes is the broker's affair."""
    row = answer["responses"][0]["partitions"][0]
    return {**row, "records": len(row["records"])}

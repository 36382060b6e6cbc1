"""After a restart a moved replica is where it went, with its records and its log start."""

from compat.wire import Message, Wire, batch, fetch, list_offsets
from compat.wire.log_dirs import alter, directories, moved, place, places

SETTINGS = {"log.dirs": "{data},{data}-2"}


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"), batch(b"b"), batch(b"c"))
    there = 1 - place(broker, topic)
    alter(broker, topic, (0, directories(broker)[there]))
    moved(broker, topic, there)
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": 1}]}]
    broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    broker.restart()
    broker.until(_served, "ListOffsets", 3, **list_offsets(topic, -1))
    found = [[row[1] == there, *row[2:]] for row in places(broker, topic)]
    broker.record("DescribeLogDirs v4 in the other directory, size, is_future_key", found)
    for timestamp in (-2, -1):
        broker.ask("ListOffsets", 3, **list_offsets(topic, timestamp))
    broker.ask("Fetch", 11, show=_values, **fetch((topic, 1)))


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)


def _values(answer: Message) -> list[int]:
    return [row["error_code"] for topic in answer["responses"] for row in topic["partitions"]]

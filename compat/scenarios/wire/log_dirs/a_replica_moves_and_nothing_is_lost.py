"""AlterReplicaLogDirs moves a replica; what it holds, its log start and its end stay the same."""

from compat.wire import Wire, batch, fetch, list_offsets
from compat.wire.log_dirs import alter, directories, moved, place

SETTINGS = {"log.dirs": "{data},{data}-2"}


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a", timestamp=1000), batch(b"b", timestamp=2000))
    rows = [{"name": topic, "partitions": [{"partition_index": 0, "offset": 1}]}]
    broker.quiet("DeleteRecords", 2, topics=rows, timeout_ms=5000)
    known = directories(broker)
    for version in (1, 2):
        there = 1 - place(broker, topic)
        codes = alter(broker, topic, (0, known[there]), version=version)
        broker.record(f"AlterReplicaLogDirs v{version} to the other directory", codes)
        moved(broker, topic, there)
        broker.fill(topic, batch(b"c", timestamp=3000))
        for timestamp in (-2, -1, 2000):
            broker.ask("ListOffsets", 6, **list_offsets(topic, timestamp))
    broker.ask("Fetch", 12, **fetch((topic, 1)))

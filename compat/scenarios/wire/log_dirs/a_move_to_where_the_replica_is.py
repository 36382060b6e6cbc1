"""A move to the directory where the replica is succeeds and does nothing."""

from compat.wire import Wire, batch
from compat.wire.log_dirs import alter, directories, place, places

SETTINGS = {"log.dirs": "{data},{data}-2"}


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"))
    here = place(broker, topic)
    codes = alter(broker, topic, (0, directories(broker)[here]))
    broker.record("AlterReplicaLogDirs v2 to where it is", codes)
    rows = [[row[1] == here, *row[2:]] for row in places(broker, topic)]
    broker.record("DescribeLogDirs v4 the same directory, size, is_future_key", rows)

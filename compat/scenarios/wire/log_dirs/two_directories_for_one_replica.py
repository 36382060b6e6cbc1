"""Of two directories for one replica in a request the last counts."""

from compat.wire import Wire, batch
from compat.wire.log_dirs import alter, directories, moved, place

SETTINGS = {"log.dirs": "{data},{data}-2"}


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"))
    known = directories(broker)
    here = place(broker, topic)
    codes = alter(broker, topic, (0, known[here]), (0, known[1 - here]))
    broker.record("AlterReplicaLogDirs v2 here, then there", codes)
    moved(broker, topic, 1 - here)
    broker.record("DescribeLogDirs v4 it is there", True)
    codes = alter(broker, topic, (0, "/no/such/directory"), (0, known[here]))
    broker.record("AlterReplicaLogDirs v2 nowhere, then back", codes)
    moved(broker, topic, here)
    broker.record("DescribeLogDirs v4 it is back", True)

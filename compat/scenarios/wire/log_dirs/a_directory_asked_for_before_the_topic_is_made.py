"""AlterReplicaLogDirs of a partition to come is an error, and yet it is made in that directory."""

from compat.wire import Wire
from compat.wire.log_dirs import alter, directories, place

SETTINGS = {"log.dirs": "{data},{data}-2"}


def run(broker: Wire) -> None:
    known = directories(broker)
    for at in (0, 1, 0, 0, 1, 1):
        short = f"t{len(broker.steps)}"
        codes = alter(broker, broker.name(short), (0, known[at]))
        broker.record("AlterReplicaLogDirs v2 before the topic", codes)
        topic = broker.topic(short)
        broker.record("DescribeLogDirs v4 it is there", place(broker, topic) == at)

"""A replica that the broker does not have cannot move, whatever is asked for; others beside it
can."""

from compat.wire import Wire
from compat.wire.log_dirs import alter, directories

SETTINGS = {"log.dirs": "{data},{data}-2"}


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    path = directories(broker)[0]
    wanted = tuple((partition, path) for partition in (0, 1, 2, -1))
    broker.record("AlterReplicaLogDirs v2 partitions 0, 1, 2, -1", alter(broker, topic, *wanted))
    none = broker.name("none")
    broker.record("AlterReplicaLogDirs v2 an unknown topic", alter(broker, none, (0, path)))
    codes = alter(broker, none, (0, "/no/such/directory"))
    broker.record("AlterReplicaLogDirs v2 an unknown topic and path", codes)
    broker.ask("AlterReplicaLogDirs", 2, dirs=[])

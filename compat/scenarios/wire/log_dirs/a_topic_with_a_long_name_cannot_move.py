"""A topic whose name leaves no room for a copy's suffix cannot move: INVALID_TOPIC_EXCEPTION."""

from compat.wire import Wire
from compat.wire.log_dirs import alter, directories

SETTINGS = {"log.dirs": "{data},{data}-2"}


def run(broker: Wire) -> None:
    path = directories(broker)[0]
    for length in (212, 213, 214, 249):
        name = broker.name("").ljust(length, "x")
        codes = alter(broker, name, (0, path), (10, path))
        broker.record(f"AlterReplicaLogDirs v2 a name of {length} characters", codes)

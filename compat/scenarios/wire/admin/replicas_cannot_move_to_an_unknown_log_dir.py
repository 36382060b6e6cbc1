"""AlterReplicaLogDirs to a directory that the broker does not have is LOG_DIR_NOT_FOUND."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    rows = [{"name": broker.topic(), "partitions": [0]}]
    for version in (1, 2):
        dirs = [{"path": "/no/such/directory", "topics": rows}]
        broker.ask("AlterReplicaLogDirs", version, dirs=dirs)

"""A path counts as it stands in log.dirs: relative, or with a slash at its end, it is 57."""

from compat.wire import Wire
from compat.wire.log_dirs import alter, directories

SETTINGS = {"log.dirs": "{data},{data}-2"}


def run(broker: Wire) -> None:
    topic = broker.topic()
    path = directories(broker)[0]
    name = path.rpartition("/")[2]
    for what, wanted in (
        ("relative", name),
        ("a slash at the end", path + "/"),
        ("a dot inside", path.replace(f"/{name}", f"/./{name}")),
        ("empty", ""),
        ("its parent", path.rpartition("/")[0]),
    ):
        broker.record(f"AlterReplicaLogDirs v2 {what}", alter(broker, topic, (0, wanted)))

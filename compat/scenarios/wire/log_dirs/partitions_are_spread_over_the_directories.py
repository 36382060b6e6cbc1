"""New partitions go to the directory with the fewest of them."""

from compat.wire import Wire
from compat.wire.log_dirs import places

SETTINGS = {"log.dirs": "{data},{data}-2"}


def run(broker: Wire) -> None:
    for short, partitions in (("a", 4), ("b", 6)):
        topic = broker.topic(short, partitions=partitions)
        rows = places(broker, topic)
        counts = sorted(sum(row[1] == at for row in rows) for at in (0, 1))
        broker.record(f"DescribeLogDirs v4 {partitions} partitions by directory", counts)

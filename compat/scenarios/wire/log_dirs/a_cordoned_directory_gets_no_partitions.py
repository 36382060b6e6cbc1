"""A cordoned directory (KIP-1066) says so in DescribeLogDirs v5 and gets no new partitions."""

from compat.wire import Message, Wire
from compat.wire.log_dirs import alter, directories, place, places

SETTINGS = {"log.dirs": "{data},{data}-2"}


def run(broker: Wire) -> None:
    known = directories(broker)
    both = sorted((place(broker, topic), topic) for topic in map(broker.topic, ("r", "s")))
    resident, inside = both[0][1], both[1][1]
    row = {"name": "cordoned.log.dirs", "value": known[1], "config_operation": 0}
    resource = {"resource_type": 4, "resource_name": "1", "configs": [row]}
    answer = broker.quiet("IncrementalAlterConfigs", 1, resources=[resource])
    broker.record("IncrementalAlterConfigs v1", [one["error_code"] for one in answer["responses"]])

    def cordoned(answer: Message) -> bool:
        return any(row["is_cordoned"] for row in answer["results"])

    answer = broker.until(cordoned, "DescribeLogDirs", 5, topics=[])
    rows = sorted([one["log_dir"], one["is_cordoned"]] for one in answer["results"])
    broker.record("DescribeLogDirs v5 is_cordoned by directory", [one[1] for one in rows])
    topic = broker.topic("t", partitions=4)
    broker.record("DescribeLogDirs v4 directories", [one[1] for one in places(broker, topic)])
    codes = alter(broker, resident, (0, known[1]))
    broker.record("AlterReplicaLogDirs v2 into the cordoned one", codes)
    codes = alter(broker, resident, (0, known[0]))
    broker.record("AlterReplicaLogDirs v2 to where it is", codes)
    codes = alter(broker, inside, (0, known[1]))
    broker.record("AlterReplicaLogDirs v2 to where it is, and cordoned", codes)
    codes = alter(broker, broker.name("none"), (0, known[1]))
    broker.record("AlterReplicaLogDirs v2 of an unknown topic", codes)
    codes = alter(broker, broker.name("").ljust(249, "x"), (0, known[1]))
    broker.record("AlterReplicaLogDirs v2 of a name too long", codes)
    codes = alter(broker, inside, (0, known[0]))
    broker.record("AlterReplicaLogDirs v2 out of the cordoned one", codes)

"""A partition that ElectLeaders names twice, in one row or in two, and rows without any."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    for rows in (
        [{"topic": topic, "partitions": [0, 0, 1]}],
        [{"topic": topic, "partitions": [0]}, {"topic": topic, "partitions": [0, -1]}],
        [{"topic": topic, "partitions": []}],
        [{"topic": "", "partitions": [0]}],
    ):
        for version in range(3):
            broker.ask("ElectLeaders", version, election_type=0, topic_partitions=rows)

"""Electing the leader that a partition has is ELECTION_NOT_NEEDED, in each version and both ways
of electing."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    rows = [{"topic": broker.topic(partitions=2), "partitions": [0, 1]}]
    for version in range(3):
        broker.ask("ElectLeaders", version, election_type=0, topic_partitions=rows)
    broker.ask("ElectLeaders", 2, election_type=1, topic_partitions=rows)

"""Null partitions are all of the cluster: every topic is listed, without the partitions that
need no election."""

from compat.wire import Message, Wire

ALONE = True


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        rows = broker.mine(answer["replica_election_results"], "topic")
        return {**answer, "replica_election_results": rows}

    broker.topic("a", partitions=2)
    broker.topic("b")
    for version in range(3):
        for kind in (0, 1):
            broker.ask(
                "ElectLeaders", version, show=mine, election_type=kind, topic_partitions=None
            )

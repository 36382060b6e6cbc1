"""Unknown topics and partitions are UNKNOWN_TOPIC_OR_PARTITION, an unknown kind of election is
refused."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    rows = [
        {"topic": broker.topic(), "partitions": [9]},
        {"topic": broker.name("none"), "partitions": [0]},
    ]
    broker.ask("ElectLeaders", 2, election_type=0, topic_partitions=rows)
    broker.ask("ElectLeaders", 2, election_type=9, topic_partitions=rows)
    broker.ask("ElectLeaders", 2, election_type=0, topic_partitions=[])

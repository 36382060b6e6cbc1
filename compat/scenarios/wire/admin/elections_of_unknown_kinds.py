"""A kind of election that is none is refused, for named partitions, for none and for all."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=2)
    for kind in (2, -1, 127):
        for version in (1, 2):
            for rows in ([{"topic": topic, "partitions": [0, 1]}], [], None):
                broker.ask("ElectLeaders", version, election_type=kind, topic_partitions=rows)

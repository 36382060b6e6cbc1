"""ElectLeaders with a timeout of 0 or less."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    rows = [{"topic": broker.topic(), "partitions": [0]}]
    for timeout in (0, -1):
        for kind in (0, 1):
            broker.ask(
                "ElectLeaders", 2, election_type=kind, topic_partitions=rows, timeout_ms=timeout
            )

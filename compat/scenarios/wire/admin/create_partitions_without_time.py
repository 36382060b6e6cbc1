"""CreatePartitions with a timeout of 0 or less."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for timeout in (0, -1):
        rows = [{"name": broker.topic(f"of-{-timeout}"), "count": 2, "assignments": None}]
        for dry in (True, False):
            broker.ask("CreatePartitions", 3, topics=rows, timeout_ms=timeout, validate_only=dry)

"""CreatePartitions of a name that does not exist is 3; the empty name, too."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for name in (broker.name("none"), "", "a/b"):
        row = {"name": name, "count": 3, "assignments": None}
        broker.ask("CreatePartitions", 3, topics=[row], timeout_ms=10_000)

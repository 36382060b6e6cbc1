"""Auto-creation of a name that collides with a topic in "." and "_" is an error that stays."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    broker.topic("a.b")
    for _ in range(2):
        broker.ask("Metadata", 9, topics=[{"name": broker.name("a_b")}])

"""A log without records answers offset 0 with nothing, and offset 1 is out of range."""

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    for offset in (0, 1):
        broker.ask("Fetch", 12, **fetch((topic, offset)))

"""Messages of magic 0 and 1 are 87 in every version that is served."""

from compat.wire import Wire, old_message, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for magic in (0, 1):
        for version in (3, 9):
            broker.ask("Produce", version, **produce(topic, old_message(b"x", magic)))

"""Small batches come together in one answer, in their order, from the wanted one on."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, *[batch(b"%d" % number) for number in range(5)])
    for offset in (0, 3):
        broker.ask("Fetch", 12, **fetch((topic, offset)))

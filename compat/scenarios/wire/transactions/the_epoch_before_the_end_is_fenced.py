"""After EndTxn v5 the old epoch is fenced in Produce, and the new one starts at sequence 0."""

from compat.wire import Wire
from compat.wire.coordinators import begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, old) = broker.topic(), begin(broker)
    broker.quiet("Produce", 12, **write(name, old, topic, 0))
    got = broker.quiet("EndTxn", 5, **end(name, old, committed=True))
    new = got["producer_id"], got["producer_epoch"]
    settled(broker, name)
    broker.ask("Produce", 12, **write(name, old, topic, 1))
    broker.ask("Produce", 12, **write(name, new, topic, 0))
    broker.ask("EndTxn", 5, **end(name, new, committed=True))

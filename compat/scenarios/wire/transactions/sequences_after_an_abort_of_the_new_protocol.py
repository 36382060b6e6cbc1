"""After EndTxn v5 each partition begins at sequence 0 in the new epoch, also one that was not in
the transaction."""

from compat.wire import Wire
from compat.wire.coordinators import begin, ended_anew, write


def run(broker: Wire) -> None:
    topic, other, (name, producer) = broker.topic(), broker.topic("other"), begin(broker)
    for one in (topic, other):
        broker.quiet("Produce", 12, **write(name, producer, one, 0))
    producer = ended_anew(broker, name, producer, committed=False)
    broker.ask("Produce", 12, **write(name, producer, topic, 1))
    broker.ask("Produce", 12, **write(name, producer, topic, 0))
    producer = ended_anew(broker, name, producer, committed=True)
    for sequence in (1, 0, 1):
        broker.ask("Produce", 12, **write(name, producer, other, sequence))

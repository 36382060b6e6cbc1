"""Another epoch is INVALID_PRODUCER_EPOCH before v2 and PRODUCER_FENCED from then on."""

from compat.wire import Wire
from compat.wire.coordinators import add_partitions, begin


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    for version in range(4):
        body = add_partitions(name, (producer[0], 7), topic)
        broker.ask("AddPartitionsToTxn", version, **body)

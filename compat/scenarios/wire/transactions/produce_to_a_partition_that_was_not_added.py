"""Up to v10 a partition must have been added, else INVALID_TXN_STATE; v11 knows
TRANSACTION_ABORTABLE."""

from compat.wire import Wire
from compat.wire.coordinators import begin, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    for version in (3, 9, 10, 11):
        broker.ask("Produce", version, **write(name, producer, topic, 0))

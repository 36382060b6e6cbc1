"""Before v5 the group must have been added, else INVALID_TXN_STATE or 120; v5 adds it by itself."""

from compat.wire import Wire
from compat.wire.coordinators import begin, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    for version in range(6):
        broker.ask("TxnOffsetCommit", version, **txn_offsets(name, producer, group, topic, 1))

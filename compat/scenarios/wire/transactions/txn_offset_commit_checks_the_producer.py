"""Another epoch, another producer id or an unknown transactional id is refused for each
partition."""

from compat.wire import Wire
from compat.wire.coordinators import add_offsets, begin, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, (who, epoch)) = broker.topic(), broker.name("g"), begin(broker)
    broker.quiet("AddOffsetsToTxn", 3, **add_offsets(name, (who, epoch), group))
    broker.ask("TxnOffsetCommit", 3, **txn_offsets(name, (who, 9), group, topic, 1))
    broker.ask("TxnOffsetCommit", 3, **txn_offsets(name, (who + 9000, 0), group, topic, 1))
    none = broker.name("none")
    broker.ask("TxnOffsetCommit", 3, **txn_offsets(none, (who, epoch), group, topic, 1))
    broker.ask("TxnOffsetCommit", 3, **txn_offsets(name, (who, epoch), group, none, 1))

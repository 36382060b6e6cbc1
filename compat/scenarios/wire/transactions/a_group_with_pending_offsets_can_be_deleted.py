"""A group that only has offsets of an open transaction is Empty, and DeleteGroups deletes it."""

from compat.wire import Wire
from compat.wire.coordinators import add_offsets, begin, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    broker.quiet("AddOffsetsToTxn", 3, **add_offsets(name, producer, group))
    broker.ask("TxnOffsetCommit", 3, **txn_offsets(name, producer, group, topic, 5))
    broker.ask("DescribeGroups", 6, groups=[group])
    broker.ask("DeleteGroups", 2, groups_names=[group])

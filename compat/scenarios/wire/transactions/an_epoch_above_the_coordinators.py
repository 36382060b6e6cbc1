"""An epoch that the coordinator has not given out yet is refused by every request of a
transaction."""

from compat.wire import Wire
from compat.wire.coordinators import (
    add_offsets,
    add_partitions,
    begin,
    end,
    txn_offsets,
    verify_partitions,
    write,
)


def run(broker: Wire) -> None:
    topic, group, (name, (who, epoch)) = broker.topic(), broker.name("g"), begin(broker)
    ahead = who, epoch + 1
    for version in (1, 3):
        broker.ask("AddPartitionsToTxn", version, **add_partitions(name, ahead, topic))
    for verify in (True, False):
        body = verify_partitions(name, ahead, topic, verify_only=verify)
        broker.ask("AddPartitionsToTxn", 5, **body)
    for version in (9, 11, 12):
        broker.ask("Produce", version, **write(name, ahead, topic, 0))
    for version in (3, 5):
        broker.ask("TxnOffsetCommit", version, **txn_offsets(name, ahead, group, topic, 1))
    broker.ask("AddOffsetsToTxn", 4, **add_offsets(name, ahead, group))
    for version in (3, 5):
        broker.ask("EndTxn", version, **end(name, ahead, committed=False))

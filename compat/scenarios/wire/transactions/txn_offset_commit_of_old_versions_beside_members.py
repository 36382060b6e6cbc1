"""TxnOffsetCommit below v3 cannot name a member: it is good whether the group has members or
not."""

from compat.wire import Wire
from compat.wire.coordinators import add_offsets, begin, group_of_two, heartbeat, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    leader, _, _ = group_of_two(broker, group)
    broker.quiet("AddOffsetsToTxn", 3, **add_offsets(name, producer, group))
    for version in (0, 1, 2):
        broker.ask("TxnOffsetCommit", version, **txn_offsets(name, producer, group, topic, 1))
    broker.ask("Heartbeat", 4, **heartbeat(group, leader, 2))

"""From v3 on a member that is unknown (25), or of another generation (22), is refused;
generation -1 without a member is not, though the group has members."""

from compat.wire import Wire
from compat.wire.coordinators import add_offsets, begin, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    member = broker.stable_group(group)
    broker.quiet("AddOffsetsToTxn", 3, **add_offsets(name, producer, group))
    for who, generation in ((member, 1), ("nobody", 1), (member, 9), ("", -1), (member, -1)):
        body = txn_offsets(name, producer, group, topic, 1, member_id=who, generation_id=generation)
        broker.ask("TxnOffsetCommit", 3, **body)

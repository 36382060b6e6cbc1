"""TxnOffsetCommit to the empty group id, and with a generation or a member to a group that does
not exist."""

from compat.wire import Wire
from compat.wire.coordinators import begin, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, "", topic, 1))
    for member, generation in (("", 0), ("m", -1), ("m", 1), ("m", -2)):
        more = {"member_id": member, "generation_id": generation}
        body = txn_offsets(name, producer, group, topic, 1, **more)
        broker.ask("TxnOffsetCommit", 5, **body)
    broker.ask("DescribeGroups", 6, groups=[group])

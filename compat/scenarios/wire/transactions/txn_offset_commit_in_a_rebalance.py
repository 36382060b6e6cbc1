"""While members join the next generation, those of the old one may still commit in a transaction;
while the group waits for its leader it is REBALANCE_IN_PROGRESS."""

from compat.wire import Wire, join
from compat.wire.coordinators import begin, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    member, other = broker.stable_group(group), broker.connect()
    pending = other.send("JoinGroup", 3, **join(group))
    broker.rebalancing(group, member)
    for generation in (1, 2):
        more = {"member_id": member, "generation_id": generation}
        body = txn_offsets(name, producer, group, topic, 1, **more)
        broker.ask("TxnOffsetCommit", 5, **body)
    broker.quiet("JoinGroup", 3, **join(group, member))
    other.receive(pending)
    for generation in (1, 2):
        more = {"member_id": member, "generation_id": generation}
        body = txn_offsets(name, producer, group, topic, 1, **more)
        broker.ask("TxnOffsetCommit", 5, **body)

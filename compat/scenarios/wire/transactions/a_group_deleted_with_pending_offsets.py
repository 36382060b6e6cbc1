"""A group deleted while a transaction has offsets for it: whether it comes back with the
commit."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import begin, ended_anew, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 2))
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, 5))
    broker.ask("DeleteGroups", 2, groups_names=[group])
    broker.ask("DescribeGroups", 6, groups=[group])
    for stable in (False, True):
        broker.ask("OffsetFetch", 8, **committed(group, topic, require_stable=stable))
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, broker.name("h"), topic, 5))
    ended_anew(broker, name, producer, committed=True)
    broker.until(
        lambda answer: answer["groups"][0]["topics"][0]["partitions"][0]["committed_offset"] == 5,
        "OffsetFetch",
        8,
        **committed(broker.name("h"), topic),
    )
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("DescribeGroups", 6, groups=[group])

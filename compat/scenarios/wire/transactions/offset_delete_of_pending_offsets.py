"""OffsetDelete of a partition that has pending offsets: whether they come with the commit."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import begin, ended_anew, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 2))
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, 5))
    rows = [{"name": topic, "partitions": [{"partition_index": 0}]}]
    broker.ask("OffsetDelete", 0, group_id=group, topics=rows)
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

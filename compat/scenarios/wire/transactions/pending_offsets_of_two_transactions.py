"""While either of two transactions has pending offsets of a partition, it is unstable; of those
that are committed the one written last counts."""

from compat.wire import Wire, committed
from compat.wire.coordinators import begin, ended_anew, txn_offsets


def run(broker: Wire) -> None:
    topic, group = broker.topic(), broker.name("g")
    (one, first), (two, second) = begin(broker, "a"), begin(broker, "b")
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(one, first, group, topic, 1))
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(two, second, group, topic, 2))
    for transactional_id, producer in ((two, second), (one, first)):
        ended_anew(broker, transactional_id, producer, committed=True)
        broker.until(
            lambda answer: (
                answer["groups"][0]["topics"][0]["partitions"][0]["committed_offset"] > 0
            ),
            "OffsetFetch",
            8,
            **committed(group, topic),
        )
        broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("OffsetFetch", 8, **committed(group, topic, require_stable=True))

"""An abort drops a transaction's offsets: those committed before are there again."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import add_offsets, begin, end, settled, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 2))
    broker.quiet("AddOffsetsToTxn", 3, **add_offsets(name, producer, group))
    broker.ask("TxnOffsetCommit", 3, **txn_offsets(name, producer, group, topic, 9))
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("EndTxn", 3, **end(name, producer, committed=False))
    settled(broker, name)
    broker.until(
        lambda answer: answer["groups"][0]["topics"][0]["partitions"][0]["error_code"] == 0,
        "OffsetFetch",
        8,
        **committed(group, topic, require_stable=True),
    )
    broker.ask("OffsetFetch", 8, **committed(group, topic))

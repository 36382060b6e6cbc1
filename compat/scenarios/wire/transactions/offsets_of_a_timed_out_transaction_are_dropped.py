"""The offsets of a transaction that takes too long are dropped with it."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import init_producer_id, settled, txn_offsets

SETTINGS = {"transaction.abort.timed.out.transaction.cleanup.interval.ms": "100"}


def run(broker: Wire) -> None:
    topic, group, name = broker.topic(), broker.name("g"), broker.name("tx")
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 2))
    got = broker.quiet("InitProducerId", 5, **init_producer_id(name, timeout_ms=300))
    producer = got["producer_id"], got["producer_epoch"]
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, 9))
    settled(broker, name)
    broker.until(
        lambda answer: answer["groups"][0]["topics"][0]["partitions"][0]["error_code"] == 0,
        "OffsetFetch",
        8,
        **committed(group, topic, require_stable=True),
    )
    broker.ask("OffsetFetch", 8, **committed(group, topic, require_stable=True))
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, 9))

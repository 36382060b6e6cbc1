"""Offsets of a transaction are fetched only after its commit; require_stable is
UNSTABLE_OFFSET_COMMIT until then."""

from compat.wire import Wire, committed
from compat.wire.coordinators import add_offsets, begin, end, settled, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    broker.ask("AddOffsetsToTxn", 3, **add_offsets(name, producer, group))
    broker.ask("TxnOffsetCommit", 3, **txn_offsets(name, producer, group, topic, 5))
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    for version in (7, 8):
        body = committed(group, topic, version=version, require_stable=True)
        broker.ask("OffsetFetch", version, **body)
    broker.ask("EndTxn", 3, **end(name, producer, committed=True))
    settled(broker, name)
    broker.until(
        lambda answer: answer["groups"][0]["topics"][0]["partitions"][0]["error_code"] == 0,
        "OffsetFetch",
        8,
        **committed(group, topic, require_stable=True),
    )
    broker.ask("OffsetFetch", 8, **committed(group, topic))

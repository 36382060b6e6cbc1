"""After another took over its transactional id a producer is fenced in the requests of the new
protocol, too."""

from compat.wire import Wire
from compat.wire.coordinators import add_offsets, begin, end, init_producer_id, txn_offsets, write


def run(broker: Wire) -> None:
    topic, group, (name, old) = broker.topic(), broker.name("g"), begin(broker)
    got = broker.quiet("InitProducerId", 4, **init_producer_id(name))
    broker.ask("Produce", 12, **write(name, old, topic, 0))
    broker.ask("Produce", 11, **write(name, old, topic, 0))
    for version in (3, 4, 5):
        broker.ask("TxnOffsetCommit", version, **txn_offsets(name, old, group, topic, 1))
    broker.ask("AddOffsetsToTxn", 4, **add_offsets(name, old, group))
    for committed in (True, False):
        broker.ask("EndTxn", 5, **end(name, old, committed=committed))
    new = got["producer_id"], got["producer_epoch"]
    broker.ask("Produce", 12, **write(name, new, topic, 0))

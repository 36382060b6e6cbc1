"""After a restart pending offsets are still pending, and come with the commit."""

from compat.wire import Message, Wire, commit, committed
from compat.wire.coordinators import begin, end, txn_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 2))
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, 5))
    broker.restart()
    broker.until(_loaded, "OffsetFetch", 8, **committed(group, topic))
    for stable in (False, True):
        broker.ask("OffsetFetch", 8, **committed(group, topic, require_stable=stable))
    body = end(name, producer, committed=True)
    broker.until(lambda answer: answer["error_code"] not in (14, 15, 16), "EndTxn", 3, **body)
    broker.until(_stable, "OffsetFetch", 8, **committed(group, topic, require_stable=True))
    broker.ask("OffsetFetch", 8, **committed(group, topic))


def _loaded(answer: Message) -> bool:
    return bool(answer["groups"][0]["error_code"] == 0)


def _stable(answer: Message) -> bool:
    return bool(answer["groups"][0]["topics"][0]["partitions"][0]["error_code"] == 0)

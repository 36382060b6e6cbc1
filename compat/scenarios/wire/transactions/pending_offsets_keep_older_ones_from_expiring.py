"""An offset whose time is over stays while a transaction has a pending one of the same
partition."""

from compat.wire import Message, Wire, commit, committed
from compat.wire.coordinators import begin, ended_anew, txn_offsets

SETTINGS = {"offsets.retention.check.interval.ms": "100"}


def run(broker: Wire) -> None:
    topic, other, group = broker.topic(), broker.topic("other"), broker.name("g")
    name, producer = begin(broker)
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, 5))
    for one in (topic, other):
        broker.quiet("OffsetCommit", 4, **commit(group, one, 2, retention_time_ms=1))
    broker.until(_gone, "OffsetFetch", 8, **committed(group, other))
    broker.ask("OffsetFetch", 8, **committed(group, topic, other))
    ended_anew(broker, name, producer, committed=False)
    broker.until(_gone, "OffsetFetch", 8, **committed(group, topic))
    broker.ask("OffsetFetch", 8, **committed(group, topic, other, require_stable=True))


def _gone(answer: Message) -> bool:
    row = answer["groups"][0]["topics"][0]["partitions"][0]
    return bool(row["error_code"] == 0 and row["committed_offset"] == -1)

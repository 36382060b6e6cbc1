"""require_stable is UNSTABLE_OFFSET_COMMIT for the partitions with pending offsets only, named or
with all of the group."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import begin, txn_offsets


def run(broker: Wire) -> None:
    topic, other, group = broker.topic(), broker.topic("other"), broker.name("g")
    name, producer = begin(broker)
    for one in (topic, other):
        broker.quiet("OffsetCommit", 8, **commit(group, one, 2))
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, other, 5))
    for version in (7, 8, 9):
        for topics in ((topic, other), ()):
            body = committed(group, *topics, version=version, require_stable=True)
            broker.ask("OffsetFetch", version, **body)
    new = broker.name("new")
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, new, topic, 5))
    broker.ask("OffsetFetch", 8, **committed(new, topic, require_stable=True))
    broker.ask("OffsetFetch", 8, **committed(new, require_stable=True))

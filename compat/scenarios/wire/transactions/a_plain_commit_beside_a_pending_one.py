"""An offset that is committed without a transaction after a pending one: the later one of the two
counts when the transaction is committed."""

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import begin, ended_anew, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, 5))
    broker.ask("OffsetCommit", 8, **commit(group, topic, 7))
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("OffsetFetch", 8, **committed(group, topic, require_stable=True))
    ended_anew(broker, name, producer, committed=True)
    broker.until(
        lambda answer: answer["groups"][0]["topics"][0]["partitions"][0]["error_code"] == 0,
        "OffsetFetch",
        8,
        **committed(group, topic, require_stable=True),
    )
    broker.ask("OffsetFetch", 8, **committed(group, topic))

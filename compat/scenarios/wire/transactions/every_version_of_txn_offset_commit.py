"""TxnOffsetCommit in each version; from v2 on with the leader epoch, which is fetched after the
commit."""

from compat.wire import Wire, committed
from compat.wire.coordinators import add_offsets, begin, ended, txn_offsets


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    for version in range(6):
        group = broker.name(f"g{version}")
        broker.until(
            lambda answer: answer["error_code"] == 0,
            "AddOffsetsToTxn",
            min(version, 4),
            **add_offsets(name, producer, group),
        )
        body = txn_offsets(name, producer, group, topic, version)
        body["topics"][0]["partitions"][0]["committed_leader_epoch"] = 3
        broker.ask("TxnOffsetCommit", version, **body)
    ended(broker, name, producer, committed=True)
    for version in range(6):
        group = broker.name(f"g{version}")
        broker.until(
            lambda answer: answer["groups"][0]["topics"][0]["partitions"][0]["error_code"] == 0,
            "OffsetFetch",
            8,
            **committed(group, topic, require_stable=True),
        )
        broker.ask("OffsetFetch", 8, **committed(group, topic))

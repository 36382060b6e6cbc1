"""WriteTxnMarkers to the offsets topic commits the group's pending offsets; the transaction's own
end then changes nothing."""

from compat.wire import Wire, committed
from compat.wire.coordinators import begin, ended_anew, marker, partition_of_group, txn_offsets


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, 5))
    broker.ask("OffsetFetch", 8, **committed(group, topic, require_stable=True))
    body = marker(producer, "__consumer_offsets", committed=True, coordinator_epoch=0)
    body["topics"][0]["partition_indexes"] = [partition_of_group(group)]
    answer = broker.quiet("WriteTxnMarkers", 1, markers=[body])
    row = answer["markers"][0]["topics"][0]["partitions"][0]
    broker.record("WriteTxnMarkers v1", row["error_code"])
    broker.until(
        lambda answer: answer["groups"][0]["topics"][0]["partitions"][0]["error_code"] == 0,
        "OffsetFetch",
        8,
        **committed(group, topic, require_stable=True),
    )
    broker.ask("OffsetFetch", 8, **committed(group, topic, require_stable=True))
    ended_anew(broker, name, producer, committed=False)
    broker.ask("OffsetFetch", 8, **committed(group, topic))

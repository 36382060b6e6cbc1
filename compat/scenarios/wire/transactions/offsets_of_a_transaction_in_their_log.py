"""In __consumer_offsets the offsets of a transaction are transactional batches that all begin at
sequence 0, and the end is a marker."""

from typing import Any

from compat.wire import CONTROL, Message, Wire, commit, fetch, read_batches
from compat.wire.coordinators import begin, ended_anew, partition_of_group, txn_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic, group, (name, producer) = broker.topic(), broker.name("g"), begin(broker)
    for offset in (5, 6):
        broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, offset))
    broker.ask("OffsetCommit", 8, **commit(group, topic, 7))
    producer = ended_anew(broker, name, producer, committed=True)
    broker.ask("TxnOffsetCommit", 5, **txn_offsets(name, producer, group, topic, 8))
    ended_anew(broker, name, producer, committed=False)
    body = fetch(("__consumer_offsets", 0), partition=partition_of_group(group))
    broker.until(_complete, "Fetch", 12, **body)
    broker.record("Fetch v12", _shown(broker.quiet("Fetch", 12, **body)))


def _complete(answer: Message) -> bool:
    batches = read_batches(answer["responses"][0]["partitions"][0]["records"])
    return len([batch for batch in batches if batch["attributes"] & CONTROL]) == 2


def _shown(answer: Message) -> list[Any]:
    """What does not depend on times and names."""
    kept = ("attributes", "producer_id", "producer_epoch", "base_sequence")
    shown = []
    for batch in read_batches(answer["responses"][0]["partitions"][0]["records"]):
        one: Message = {key: batch[key] for key in kept}
        if batch["producer_id"] < 0:
            del one["base_sequence"]  # of nobody, so it means nothing
        shown.append({**one, "records": [_record(record) for record in batch["records"]]})
    return shown


def _record(record: Message) -> Any:
    if "control" in record:
        return record["control"], record["control_value"]
    value = record["value"]
    return {"key version": record["key"][:2].hex(), "value": value[:10].hex()}

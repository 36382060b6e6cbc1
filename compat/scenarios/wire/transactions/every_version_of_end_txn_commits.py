"""A transaction is committed by each version of AddPartitionsToTxn up to 3 and of EndTxn up to
4."""

from compat.wire import Message, Wire
from compat.wire.coordinators import add_partitions, begin, end, settled, write


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    for version in range(5):
        body = add_partitions(name, producer, topic)
        broker.until(_added, "AddPartitionsToTxn", min(version, 3), **body)
        broker.record(f"AddPartitionsToTxn v{min(version, 3)}", "added")
        broker.ask("Produce", 9, **write(name, producer, topic, version))
        broker.ask("EndTxn", version, **end(name, producer, committed=True))
        settled(broker, name)


def _added(answer: Message) -> bool:
    rows = answer["results_by_topic_v3_and_below"][0]["results_by_partition"]
    return bool(rows[0]["partition_error_code"] == 0)

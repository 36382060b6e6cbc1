"""A transaction whose time is over while the broker restarts is aborted when it is back."""

from compat.wire import Message, Wire, fetch, list_offsets
from compat.wire.coordinators import add_partitions, init_producer_id, settled, write

SETTINGS = {"transaction.abort.timed.out.transaction.cleanup.interval.ms": "100"}


def run(broker: Wire) -> None:
    topic, name = broker.topic(), broker.name("tx")
    got = broker.quiet("InitProducerId", 4, **init_producer_id(name, timeout_ms=500))
    producer = got["producer_id"], got["producer_epoch"]
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write(name, producer, topic, 0))
    broker.restart()
    broker.until(_served, "ListOffsets", 3, **list_offsets(topic, -1))
    settled(broker, name)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.ask("Fetch", 12, show=_plain, **fetch((topic, 0), isolation_level=1))


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)


def _plain(answer: Message) -> Message:
    row = answer["responses"][0]["partitions"][0]
    return {**row, "records": len(row["records"])}

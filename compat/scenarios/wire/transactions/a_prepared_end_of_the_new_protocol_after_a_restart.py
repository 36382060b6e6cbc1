"""A transaction of the new protocol that was to be ended is ended after a restart, in the next
epoch, which its producer gets by ending it once more."""

from compat.wire import Message, Wire
from compat.wire.coordinators import begin, end, marker, settled, write

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.quiet("Produce", 12, **write(name, producer, topic, 0))
    # A coordinator of the future: the marker of this one is refused until there is a newer one.
    body = marker(producer, topic, committed=True, coordinator_epoch=1)
    broker.quiet("WriteTxnMarkers", 1, markers=[body])
    broker.ask("EndTxn", 5, **end(name, producer, committed=True))
    broker.ask("EndTxn", 5, **end(name, producer, committed=True))
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    broker.restart()
    settled(broker, name)
    broker.ask("DescribeTransactions", 0, transactional_ids=[name])
    wanted = [{"name": topic, "partition_indexes": [0]}]
    broker.until(_done, "DescribeProducers", 0, topics=wanted)
    broker.ask("DescribeProducers", 0, topics=wanted, show=_epoch)
    got = broker.ask("EndTxn", 5, **end(name, producer, committed=True))
    new = got["producer_id"], got["producer_epoch"]
    broker.ask("Produce", 12, show=_code, **write(name, new, topic, 0))


def _done(answer: Message) -> bool:
    rows = answer["topics"][0]["partitions"][0]["active_producers"]
    return bool(rows and rows[0]["producer_epoch"] == 1)


def _epoch(answer: Message) -> list[int]:
    rows = answer["topics"][0]["partitions"][0]["active_producers"]
    return [row["producer_epoch"] for row in rows]


def _code(answer: Message) -> int:
    return int(answer["responses"][0]["partition_responses"][0]["error_code"])

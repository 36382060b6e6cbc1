"""read_committed lists aborted transactions by producer and first offset, and ends at the first
open one."""

from compat.wire import TRANSACTIONAL, Wire, batch, fetch, list_offsets, produce

FEATURE = "transactions"


def run(broker: Wire) -> None:
    topic, transactional_id = broker.topic(), broker.name("x")
    got = broker.quiet(
        "InitProducerId", 4, transactional_id=transactional_id, transaction_timeout_ms=60_000
    )
    who = {"producer_id": got["producer_id"], "producer_epoch": got["producer_epoch"]}
    mine = {"transactional_id": transactional_id, **who}
    for sequence in (0, 1):
        rows = [{"name": topic, "partitions": [0]}]
        added = {"v3_and_below_" + key: value for key, value in mine.items()}
        broker.quiet("AddPartitionsToTxn", 3, v3_and_below_topics=rows, **added)
        producer = (who["producer_id"], who["producer_epoch"], sequence)
        records = batch(b"x", attributes=TRANSACTIONAL, producer=producer)
        broker.until(
            lambda a: a["responses"][0]["partition_responses"][0]["error_code"] == 0,
            "Produce",
            9,
            **produce(topic, records, transactional_id=transactional_id),
        )
        if sequence == 0:
            broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
            broker.quiet("EndTxn", 3, committed=False, **mine)
            broker.until(
                lambda a: a["topics"][0]["partitions"][0]["offset"] == 2,
                "ListOffsets",
                6,
                **list_offsets(topic, -1, isolation_level=1),
            )
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=0))
    broker.quiet("EndTxn", 3, committed=False, **mine)

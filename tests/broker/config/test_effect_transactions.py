"""What the configs of writing within transactions do.

`proves` names the configs whose effect a test shows; test_effect_complete.py reads it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.messages.add_offsets_to_txn import AddOffsetsToTxnRequest
from wirekafka_protocol.messages.end_txn import EndTxnRequest
from wirekafka_protocol.messages.find_coordinator import FindCoordinatorRequest
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.records.batch import TRANSACTIONAL_BIT
from wirekafka_protocol.records.record import Record, build_batch

CLUSTER_WIDE = 4
VERIFY = "transaction.partition.verification.enable"
Live = Any  # LiveBroker of conftest.py, which tests cannot import
OnBroker = Callable[..., Any]
proves = pytest.mark.proves


async def begin(live: Live) -> tuple[int, int]:
    """A producer of "x", a topic "t", and both internal topics."""
    await live.create("t")
    for kind in (0, 1):
        await live.ask(FindCoordinatorRequest(key_type=kind, coordinator_keys=["x"]))
    answer = await live.ask(InitProducerIdRequest("x", 60_000))
    return answer.producer_id, answer.producer_epoch


async def write(live: Live, producer: tuple[int, int], version: int) -> int:
    """The error code of a transactional batch."""
    batch = build_batch(
        [Record(0, live.clock.now_ms(), None, b"x")],
        attributes=TRANSACTIONAL_BIT,
        producer_id=producer[0],
        producer_epoch=producer[1],
        base_sequence=0,
    )
    rows = [TopicProduceData("t", partition_data=[PartitionProduceData(0, batch)])]
    answer = await live.ask(ProduceRequest("x", -1, topic_data=rows), version)
    return answer.responses[0].partition_responses[0].error_code


@proves("transaction.partition.verification.enable")
def test_partitions_that_were_not_added(on_broker: OnBroker) -> None:
    async def codes(live: Live) -> list[int]:
        first = await write(live, await begin(live), 9)
        await live.alter(CLUSTER_WIDE, "", VERIFY, "false")
        return [first, await write(live, await begin(live), 9)]

    assert on_broker(codes) == [48, 0]
    assert on_broker(codes, f"{VERIFY}=false") == [0, 0]


@proves("add.partitions.to.txn.retry.backoff.ms", "add.partitions.to.txn.retry.backoff.max.ms")
@pytest.mark.parametrize(
    ("assignments", "answered"),
    [
        ([], [False, True, True]),
        (["add.partitions.to.txn.retry.backoff.ms=80"], [False, False, True]),
        (["add.partitions.to.txn.retry.backoff.max.ms=140"], [False, False, True]),
        (["add.partitions.to.txn.retry.backoff.max.ms=0"], [True, True, True]),
    ],
)
def test_waiting_for_the_end_of_the_transaction_before(
    on_broker: OnBroker, assignments: list[str], answered: list[bool]
) -> None:
    async def seen(live: Live) -> list[bool]:
        producer = await begin(live)
        await live.ask(AddOffsetsToTxnRequest("x", *producer, group_id="g"), 4)
        for number in live.broker.groups.active_partitions():
            live.broker.groups.unload(number)  # so that its marker cannot be written
        ended = await live.ask(EndTxnRequest("x", *producer, committed=True), 5)
        writing = asyncio.create_task(
            write(live, (ended.producer_id, ended.producer_epoch), version=12)
        )
        found = []
        for ms in (90, 40, 40):
            await asyncio.sleep(0)
            for _ in range(ms):
                live.clock.advance(1)
            for _ in range(3):
                await asyncio.sleep(0)
            found.append(writing.done())
        assert await writing == 51
        return found

    assert on_broker(seen, *assignments) == answered

"""What the configs of classic groups, committed offsets and transactional ids do.

`proves` names the configs whose effect a test shows; test_effect_complete.py reads it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnTopic,
)
from wirekafka_protocol.messages.describe_transactions import DescribeTransactionsRequest
from wirekafka_protocol.messages.find_coordinator import FindCoordinatorRequest
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from wirekafka_protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
)

MINUTE_MS = 60_000
Live = Any  # LiveBroker of conftest.py, which tests cannot import
OnBroker = Callable[..., Any]
proves = pytest.mark.proves


async def find(live: Live, kind: int, key: str) -> None:
    """Create the internal topic, as every client does first."""
    request = FindCoordinatorRequest(key_type=kind, coordinator_keys=[key])
    (found,) = (await live.ask(request)).coordinators
    assert found.error_code == 0


def join(instance: str = "i", session_timeout_ms: int = 10_000) -> JoinGroupRequest:
    protocol = JoinGroupRequestProtocol("range", b"\0\0\0\0\0\0\xff\xff\xff\xff")
    return JoinGroupRequest("g", session_timeout_ms, 60_000, "", instance, "consumer", [protocol])


# -- classic groups -----------------------------------------------------------------------------


@proves("group.min.session.timeout.ms", "group.max.session.timeout.ms")
@pytest.mark.parametrize(
    ("session_timeout_ms", "assignment"),
    [
        (5_999, "group.min.session.timeout.ms=1000"),
        (1_800_001, "group.max.session.timeout.ms=2000000"),
    ],
)
def test_session_timeouts_that_a_member_may_ask_for(
    on_broker: OnBroker, session_timeout_ms: int, assignment: str
) -> None:
    async def error(live: Live) -> int:
        await find(live, 0, "g")
        return (await live.ask(join("i", session_timeout_ms))).error_code

    assert on_broker(error) == 26
    assert on_broker(error, assignment) == 0


@proves("group.initial.rebalance.delay.ms")
def test_the_first_rebalance_waits_for_more_members(on_broker: OnBroker) -> None:
    async def answered(live: Live) -> list[bool]:
        await find(live, 0, "g")
        joining = asyncio.create_task(live.ask(join()))
        seen = []
        for ms in (0, 2000, 1000):
            live.clock.advance(ms)
            for _ in range(3):
                await asyncio.sleep(0)
            seen.append(joining.done())
        assert (await joining).error_code == 0
        return seen

    assert on_broker(answered) == [True, True, True]
    assert on_broker(answered, "group.initial.rebalance.delay.ms=3000") == [False, False, True]


@proves("group.max.size")
def test_members_of_one_group(on_broker: OnBroker) -> None:
    async def errors(live: Live) -> list[int]:
        await find(live, 0, "g")
        joining = [asyncio.create_task(live.ask(join(name))) for name in ("a", "b")]
        await asyncio.sleep(0)
        live.clock.advance(2000)
        return sorted([(await answer).error_code for answer in joining])

    delay = "group.initial.rebalance.delay.ms=1000"
    assert on_broker(errors, delay) == [0, 0]
    assert on_broker(errors, delay, "group.max.size=1") == [0, 81]


# -- committed offsets --------------------------------------------------------------------------


async def commit(live: Live, metadata: str = "") -> int:
    """Commit offset 3 of t-0 without being a member; the error code."""
    await live.create("t")
    await find(live, 0, "g")
    rows = [OffsetCommitRequestPartition(0, 3, -1, metadata)]
    request = OffsetCommitRequest("g", topics=[OffsetCommitRequestTopic("t", partitions=rows)])
    answer = await live.ask(request, 9)
    return answer.topics[0].partitions[0].error_code


async def committed(live: Live) -> int:
    group = OffsetFetchRequestGroup(
        "g", topics=[OffsetFetchRequestTopics("t", partition_indexes=[0])]
    )
    answer = await live.ask(OffsetFetchRequest(groups=[group]), 9)
    return answer.groups[0].topics[0].partitions[0].committed_offset


@proves("offset.metadata.max.bytes")
def test_metadata_of_a_commit(on_broker: OnBroker) -> None:
    assert on_broker(lambda live: commit(live, "x" * 10)) == 0
    limit = "offset.metadata.max.bytes=9"
    assert on_broker(lambda live: commit(live, "x" * 10), limit) == 12
    assert on_broker(lambda live: commit(live, "x" * 9), limit) == 0


@proves("offsets.retention.minutes", "offsets.retention.check.interval.ms")
def test_how_long_offsets_of_nobody_are_kept(on_broker: OnBroker) -> None:
    async def offsets(live: Live) -> list[int]:
        assert await commit(live) == 0
        seen = []
        for minutes in (4, 2, 5):
            live.clock.advance(minutes * MINUTE_MS)
            seen.append(await committed(live))
        return seen

    short, often = "offsets.retention.minutes=5", "offsets.retention.check.interval.ms=60000"
    assert on_broker(offsets) == [3, 3, 3]
    assert on_broker(offsets, short) == [3, 3, -1]
    assert on_broker(offsets, short, often) == [3, -1, -1]


# -- transactional ids --------------------------------------------------------------------------


async def initialise(live: Live, timeout_ms: int = 1000) -> Any:
    await find(live, 1, "x")
    return await live.ask(InitProducerIdRequest("x", timeout_ms))


@proves("transaction.max.timeout.ms")
def test_transaction_timeouts_that_a_producer_may_ask_for(on_broker: OnBroker) -> None:
    async def error(live: Live) -> int:
        return (await initialise(live, 900_001)).error_code

    assert on_broker(error) == 50
    assert on_broker(error, "transaction.max.timeout.ms=1000000") == 0


@proves(
    "transactional.id.expiration.ms",
    "transaction.remove.expired.transaction.cleanup.interval.ms",
)
def test_how_long_a_transactional_id_is_kept(on_broker: OnBroker) -> None:
    async def epoch(live: Live) -> int:
        assert (await initialise(live)).producer_epoch == 0
        live.clock.advance(10 * MINUTE_MS)
        return (await initialise(live)).producer_epoch

    short = "transactional.id.expiration.ms=60000"
    often = "transaction.remove.expired.transaction.cleanup.interval.ms=60000"
    assert on_broker(epoch) == 1
    assert on_broker(epoch, short) == 1
    assert on_broker(epoch, short, often) == 0


@proves("transaction.abort.timed.out.transaction.cleanup.interval.ms")
def test_how_often_transactions_are_looked_at_for_their_time(on_broker: OnBroker) -> None:
    async def states(live: Live) -> list[str]:
        await live.create("t")
        producer = await initialise(live)
        topics = [AddPartitionsToTxnTopic("t", [0])]
        await live.ask(
            AddPartitionsToTxnRequest(
                v3_and_below_transactional_id="x",
                v3_and_below_producer_id=producer.producer_id,
                v3_and_below_producer_epoch=producer.producer_epoch,
                v3_and_below_topics=topics,
            ),
            3,
        )
        seen = []
        for ms in (3_000, 7_000):
            live.clock.advance(ms)
            (row,) = (await live.ask(DescribeTransactionsRequest(["x"]))).transaction_states
            seen.append(row.transaction_state)
        return seen

    often = "transaction.abort.timed.out.transaction.cleanup.interval.ms=2000"
    assert on_broker(states) == ["Ongoing", "CompleteAbort"]
    assert on_broker(states, often) == ["CompleteAbort", "CompleteAbort"]

"""InitProducerId: ids from blocks, never one twice; what a request must look like."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest

from wirekafka.apis.deferred import Deferred
from wirekafka.metadata.engine import Unavailable

VERSIONS = range(6)


async def answer(asked: Any) -> Any:
    """The response, after whatever it waits for."""
    while hasattr(asked, "deferred"):
        if asked.is_answered:
            return asked.answer
        await asyncio.sleep(0)
    return asked


def idempotent(producer_id: int = -1, producer_epoch: int = -1) -> InitProducerIdRequest:
    return InitProducerIdRequest(None, 1000, producer_id, producer_epoch)


async def new_ids(room: Any, count: int, version: int = 5) -> list[int]:
    """Asked for all at once, as by many connections."""
    asked = [room.ask(idempotent(), version) for _ in range(count)]
    answers = [await answer(one) for one in asked]
    assert all((a.error_code, a.producer_epoch) == (0, 0) for a in answers)
    return sorted(a.producer_id for a in answers)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_gets_a_new_id_with_epoch_0(room: Any, version: int) -> None:
    assert asyncio.run(new_ids(room, 3, version)) == [0, 1, 2]


def test_ids_follow_each_other_over_the_end_of_a_block(room: Any) -> None:
    async def scenario() -> list[int]:
        return await new_ids(room, 998) + await new_ids(room, 5)

    assert asyncio.run(scenario()) == list(range(1003))


def test_many_at_the_end_of_a_block_share_the_next_one(room: Any) -> None:
    async def scenario() -> list[int]:
        await new_ids(room, 1000)
        return await new_ids(room, 2500)

    assert asyncio.run(scenario()) == list(range(1000, 3500))
    assert next(room.blocks) == 4000


def test_the_rest_of_a_block_is_not_used_after_a_restart(make_room: Callable[..., Any]) -> None:
    first, second = make_room(), make_room()
    second.blocks = first.blocks

    async def scenario() -> list[int]:
        return await new_ids(first, 10) + await new_ids(second, 10) + await new_ids(first, 1)

    assert asyncio.run(scenario()) == [*range(10), *range(1000, 1010), 10]


def test_an_id_within_a_block_is_answered_at_once(room: Any) -> None:
    asyncio.run(new_ids(room, 1))
    assert room.ask(idempotent(), 5).producer_id == 1


def test_without_a_block_the_client_shall_ask_again(room: Any) -> None:
    """Every client retries COORDINATOR_LOAD_IN_PROGRESS; REQUEST_TIMED_OUT is fatal to some."""

    async def refuse() -> tuple[int, int]:
        raise Unavailable("no engine")

    async def scenario() -> list[Any]:
        allocate, room.producer_ids._allocate = room.producer_ids._allocate, refuse
        asked = [room.ask(idempotent(), 5) for _ in range(3)]
        failed = [await answer(one) for one in asked]
        room.producer_ids._allocate = allocate
        return [*failed, await answer(room.ask(idempotent(), 5))]

    *failed, after = asyncio.run(scenario())
    for response in failed:
        assert response.error_code == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
        assert (response.producer_id, response.producer_epoch) == (-1, -1)
    assert (after.error_code, after.producer_id) == (0, 0)


def test_a_client_that_left_takes_no_answer_with_it(room: Any) -> None:
    async def scenario() -> Any:
        left = room.ask(idempotent(), 5)
        assert isinstance(left.deferred, Deferred)
        left.deferred.abandon()
        return await answer(room.ask(idempotent(), 5))

    assert asyncio.run(scenario()).error_code == 0


@pytest.mark.parametrize("transactional_id", [None, "tx"])
@pytest.mark.parametrize(("producer_id", "producer_epoch"), [(5, -1), (-1, 5)])
def test_producer_id_and_epoch_come_together_or_not_at_all(
    room: Any, transactional_id: str | None, producer_id: int, producer_epoch: int
) -> None:
    request = InitProducerIdRequest(transactional_id, 1000, producer_id, producer_epoch)
    response = room.ask(request, 5)
    assert response.error_code == ErrorCode.INVALID_REQUEST
    assert (response.producer_id, response.producer_epoch) == (-1, -1)


def test_an_idempotent_producer_that_names_its_id_gets_a_new_one(room: Any) -> None:
    async def scenario() -> Any:
        return await answer(room.ask(idempotent(77, 3), 5))

    response = asyncio.run(scenario())
    assert (response.error_code, response.producer_id, response.producer_epoch) == (0, 0, 0)


def test_an_empty_transactional_id_is_refused(room: Any) -> None:
    assert room.ask(InitProducerIdRequest("", 1000), 5).error_code == ErrorCode.INVALID_REQUEST


@pytest.mark.parametrize("timeout_ms", [0, -1, 900_001, 2**31 - 1])
def test_a_transaction_timeout_out_of_bounds_is_refused(room: Any, timeout_ms: int) -> None:
    response = room.ask(InitProducerIdRequest("tx", timeout_ms), 5)
    assert response.error_code == ErrorCode.INVALID_TRANSACTION_TIMEOUT

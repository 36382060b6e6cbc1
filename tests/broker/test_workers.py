"""Work beside the loop: what it returned or raised comes back on the loop, or not at all."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from wirekafka.workers import InlineWorkers, ThreadWorkers


def fail() -> None:
    raise ValueError("no")


def test_work_is_done_beside_the_loop_and_delivered_on_it() -> None:
    async def ask() -> None:
        workers = ThreadWorkers()
        delivered: asyncio.Future[tuple[Any, int]] = asyncio.get_running_loop().create_future()

        def done(result: Any) -> None:
            delivered.set_result((result, threading.get_ident()))

        workers.run(threading.get_ident, done)
        worked_in, delivered_in = await delivered
        assert delivered_in == threading.get_ident() != worked_in
        workers.close()

    asyncio.run(ask())


def test_what_the_work_raised_is_delivered() -> None:
    async def ask() -> Any:
        workers = ThreadWorkers()
        delivered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        workers.run(fail, delivered.set_result)
        result = await delivered
        workers.close()
        return result

    assert repr(asyncio.run(ask())) == "ValueError('no')"


def test_nothing_is_delivered_after_close() -> None:
    """The logs are closed then."""

    async def ask() -> list[Any]:
        workers = ThreadWorkers()
        delivered: list[Any] = []
        begun, may_end = threading.Event(), threading.Event()

        def work() -> None:
            begun.set()
            may_end.wait(10)

        for _ in range(5):
            workers.run(work, delivered.append)
        begun.wait(10)
        may_end.set()
        workers.close()
        workers.run(work, delivered.append)
        for _ in range(10):
            await asyncio.sleep(0)
        return delivered

    assert asyncio.run(ask()) == []


@pytest.mark.parametrize(("work", "result"), [(lambda: 5, "5"), (fail, "ValueError('no')")])
def test_inline_it_is_done_at_once(work: Any, result: str) -> None:
    delivered: list[Any] = []
    InlineWorkers().run(work, delivered.append)
    assert [repr(one) for one in delivered] == [result]

"""Long work gives way to others, and loses nothing by it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from wirekafka.instrument import turns
from wirekafka.instrument.turns import Turns
from wirekafka.testing.control import ControlRefused


def test_others_are_served_between_two_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN_S", 0.0)
    served: list[str] = []

    async def work() -> None:
        mine = Turns()
        for _ in range(3):
            served.append("work")
            if mine.is_over:
                await mine.next()

    async def both() -> None:
        working = asyncio.create_task(work())
        for _ in range(3):
            await asyncio.sleep(0)
            served.append("other")
        await working

    asyncio.run(both())
    assert served == ["work", "other"] * 3


def test_work_that_fits_into_one_turn_sees_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN_S", 3600.0)

    async def look() -> bool:
        return Turns().is_over

    assert not asyncio.run(look())


@pytest.fixture
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN_S", 0.0)


def test_what_is_read_in_turns_is_all_there_is(short_turns: None, controlled: Any) -> None:
    control = controlled.control
    control.seed(
        topics=[{"name": "t", "partitions": 3}],
        records=[{"topic": "t", "value": str(number)} for number in range(2_500)],
        offsets=[
            {"group": f"g{group}", "topic": "t", "partition": partition, "offset": 2}
            for group in range(20)
            for partition in range(3)
        ],
    )
    rows = control.records("t", limit=10_000)
    assert sorted(int(row["value"]) for row in rows) == list(range(2_500))
    assert [row["value"] for row in control.records("t", partition=0, last=1)] == ["2499"]
    groups = control.groups()
    assert [group["group_id"] for group in groups] == sorted(f"g{n}" for n in range(20))
    assert {group["lag"] for group in groups} == {2_500 - 6}
    assert control.metrics().count("wirekafka_group_lag{") == 60


def test_records_that_are_too_much_for_one_answer_are_refused(
    controlled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirekafka.instrument.read_records.MOST_BYTES", 100)
    controlled.control.seed(
        topics=[{"name": "t"}],
        records=[{"topic": "t", "partition": 0, "value": "x" * 60} for _ in range(3)],
    )
    with pytest.raises(ControlRefused) as refused:
        controlled.control.records("t")
    assert (refused.value.status, refused.value.field) == (413, "limit")

"""Snapshots and restores that go wrong, or come together with something else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wirekafka_storage import directory_snapshot

from wirekafka.control.seed import Offset, SeedBody, SeededRecord, Topic, as_seed
from wirekafka.instrument.reset import ResetScope, reset
from wirekafka.instrument.seeding import sow
from wirekafka.testing.control import ControlRefused


def seed(control: Any, value: str) -> None:
    control.seed(topics=[{"name": "t"}], records=[{"topic": "t", "value": value}])


def values(control: Any) -> list[str]:
    return [row["value"] for row in control.records("t")]


def full(*arguments: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("path", ["/snapshots/s/restore", "/forks"])
def test_a_disk_that_is_full_refuses_and_the_broker_goes_on(
    controlled: Any, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A restore stopped the broker, with the data in a folder where nobody looked for it."""
    control = controlled.control
    seed(control, "kept")
    control.take_snapshot("s")
    seed(control, "later")
    with monkeypatch.context() as patch:
        patch.setattr(directory_snapshot, "instantiate", full)
        with pytest.raises(ControlRefused, match="No space left") as refused:
            control.request("POST", path, {"snapshot": "s"} if path == "/forks" else None)
    assert refused.value.status == 400
    assert not controlled.broker.failed.is_set()
    assert values(control) == ["kept", "later"]
    beside = Path(controlled.broker.config.log_dirs[0] + ".snapshots")
    assert {entry.name for entry in beside.iterdir()} == {"s", ".-note-s"}
    control.restore_snapshot("s")
    assert values(control) == ["kept"]


def test_a_snapshot_that_cannot_be_noted_is_none(
    controlled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = controlled.control
    seed(control, "kept")
    with monkeypatch.context() as patch:
        patch.setattr("wirekafka.snapshots.create_file", full)
        with pytest.raises(ControlRefused, match="No space left"):
            control.take_snapshot("s")
    assert control.snapshots() == []
    beside = Path(controlled.broker.config.log_dirs[0] + ".snapshots")
    assert list(beside.iterdir()) == []
    control.take_snapshot("s")


def test_changes_of_the_whole_state_wait_for_each_other(controlled: Any) -> None:
    """A snapshot that was taken while another was restored found the data closed."""
    control = controlled.control
    seed(control, "kept")
    control.take_snapshot("s")
    snapshots = controlled.broker.siblings.snapshots

    async def together() -> list[object]:
        changes: list[Callable[[], Any]] = [
            lambda: snapshots.restore("s"),
            lambda: snapshots.take("during"),
            lambda: controlled.broker.siblings.start_fork("f"),
            lambda: reset(controlled.broker, ResetScope.GROUPS),
            lambda: snapshots.restore("during"),
            lambda: snapshots.remove("s"),
        ]
        tasks = [asyncio.ensure_future(change()) for change in changes]
        return await asyncio.gather(*tasks, return_exceptions=True)

    outcomes = controlled.run(together)
    assert [one for one in outcomes if isinstance(one, BaseException)] == []
    assert [one["name"] for one in control.snapshots()] == ["during"]
    assert values(control) == ["kept"]
    control.end_namespace("f")


class Busy:
    """In the place of Turns: whenever it is for others to go on, they do something."""

    is_over = True

    def __init__(self, broker: Any) -> None:
        self._broker = broker
        self._steps = iter(range(1_000))

    async def next(self) -> None:
        step = next(self._steps)
        body = SeedBody(
            topics=[Topic(name=f"new-{step}")],
            records=[
                SeededRecord(topic=name, partition=number, value=f"{step}")
                for name, number in (("t", 0), ("t", 1), ("t", 2), ("large", 0), (f"new-{step}", 0))
            ],
            offsets=[Offset(group="g", topic="t", partition=0, offset=step)],
        )
        await sow(self._broker, await as_seed(body))
        if step == 11:  # all of it is copied
            await reset(self._broker, ResetScope.TOPICS, "gone")


def test_a_snapshot_is_of_one_moment_however_long_it_takes(
    controlled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it copied beforehand and was written to since, deleted since, or made since."""
    control, broker = controlled.control, controlled.broker
    control.seed(
        topics=[{"name": name, "partitions": 3} for name in ("t", "quiet", "gone", "large")],
        records=[
            {"topic": name, "partition": number, "value": "x" * (300_000 if name == "large" else 1)}
            for name in ("t", "quiet", "gone", "large")
            for number in range(3)
        ],
        offsets=[{"group": "g", "topic": "t", "partition": 0, "offset": 0}],
    )
    monkeypatch.setattr(broker.siblings.snapshots, "changing", Nothing())
    with monkeypatch.context() as patch:
        patch.setattr("wirekafka.state_copy.Turns", lambda: Busy(broker))
        control.take_snapshot("s")
    topics = sorted(name for name in broker.image.topics if not name.startswith("__"))
    assert "gone" not in topics
    assert "new-5" in topics
    before = {name: control.records(name) for name in topics}, control.group("g")
    control.reset()
    control.restore_snapshot("s")
    assert sorted(name for name in broker.image.topics if not name.startswith("__")) == topics
    assert ({name: control.records(name) for name in topics}, control.group("g")) == before
    assert len(before[0]["t"]) > 20
    data = Path(broker.config.log_dirs[0])
    assert [path.name for path in data.iterdir() if path.name.endswith("-stray")] == []


class Nothing:
    """In the place of a lock: who comes in the middle does not wait."""

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *exc: object) -> None: ...

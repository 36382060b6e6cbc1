"""A group with more offsets than are forgotten at a time."""

from __future__ import annotations

from typing import Any

import pytest

from wirekafka.instrument import group_commands


@pytest.mark.parametrize("at_once", [1, 3, 7, 100])
def test_a_group_goes_with_all_its_offsets_however_many_at_a_time(
    controlled: Any, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(group_commands, "_OFFSETS_AT_ONCE", at_once)
    control = controlled.control
    topics = [{"name": name, "partitions": 4} for name in ("a", "b")]
    rows = [
        {"group": group, "topic": topic["name"], "partition": number, "offset": 0}
        for group in ("big", "kept")
        for topic in topics
        for number in range(4)
    ]
    control.seed(topics=topics, offsets=rows)
    assert control.reset("groups", prefix="big")["groups"] == ["big"]
    (left,) = control.groups()
    assert (left["group_id"], len(left["partitions"])) == ("kept", 8)
    control.seed(offsets=rows[:1])
    assert len(control.group("big")["partitions"]) == 1

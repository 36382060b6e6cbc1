"""The list of groups, and one group: its members, what they have, and how far they are behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wirekafka.control.errors import unknown
from wirekafka.control.page.query import Params, Query
from wirekafka.instrument.group_views import (
    GroupView,
    OffsetView,
    group_ids,
    view_group,
    view_groups,
)

if TYPE_CHECKING:
    from wirekafka.broker import Broker

MOST_GROUPS = 200
MOST_OFFSETS = 500
"""Rows of one page."""


@dataclass(frozen=True, slots=True)
class OffsetRow:
    """A partition of a group, and who has it."""

    view: OffsetView
    owner: str | None
    percent: int
    """Of the log, how much is committed; 0 where that is not known."""


async def groups(broker: Broker, query: Query, params: Params) -> dict[str, Any]:
    """Ids that contain `q`."""
    wanted = query.get("q", "").strip().lower()
    found = await view_groups(broker, lambda name: wanted in name.lower())
    return {
        "groups": found[:MOST_GROUPS],
        "found": len(found),
        "q": query.get("q", ""),
        "topics_of": topics_of,
    }


async def group(broker: Broker, query: Query, params: Params) -> dict[str, Any]:
    found = await view_group(broker, params["group"])
    if found is None:
        raise unknown("group", params["group"], "group", group_ids(broker))
    owners = {place: member.client_id for member in found.members for place in member.assignment}
    return {
        "group": found,
        "offsets": [
            OffsetRow(row, owners.get((row.topic, row.partition)), _percent(broker, row))
            for row in found.offsets[:MOST_OFFSETS]
        ],
        "offset_count": len(found.offsets),
        "topics_of": topics_of,
        "runs": _runs,
    }


def topics_of(view: GroupView) -> list[str]:
    """Those it reads or has offsets of."""
    return sorted({row.topic for row in view.offsets} | (view.subscribed or frozenset()))


def _percent(broker: Broker, row: OffsetView) -> int:
    partition = broker.partitions.get(row.topic, row.partition)
    if partition is None or row.committed is None:
        return 0
    start, end = partition.log.log_start_offset, partition.high_watermark
    return 100 if end <= start else max(0, min(100, 100 * (row.committed - start) // (end - start)))


def _runs(assignment: frozenset[tuple[str, int]]) -> list[tuple[str, str]]:
    """Topic and partitions, neighbours together: 0–3, 7."""
    by_topic: dict[str, list[int]] = {}
    for topic, index in sorted(assignment):
        by_topic.setdefault(topic, []).append(index)
    return [(topic, _run_text(indexes)) for topic, indexes in by_topic.items()]


def _run_text(indexes: list[int]) -> str:
    runs: list[list[int]] = []
    for index in indexes:
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return ", ".join(str(low) if low == high else f"{low}–{high}" for low, high in runs)

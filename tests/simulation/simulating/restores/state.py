"""What a broker holds, as far as the rounds compare it: records and committed offsets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka.admin import AdminClient

from wirekafka.testing.control import ControlClient

LIST_LIMIT_S = 20
MOST_RECORDS = 100_000


@dataclass(slots=True)
class State:
    """Records by topic and partition, offsets by group, topic and partition."""

    records: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    offsets: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def without(self, prefix: str) -> State:
        """What is left when the topics and groups go whose names begin so."""
        return State(
            {key: rows for key, rows in self.records.items() if not key[0].startswith(prefix)},
            {key: n for key, n in self.offsets.items() if not key[0].startswith(prefix)},
        )

    def difference(self, other: State) -> str:
        """A few words on what is not the same; empty when all is."""
        found = _differences("records", self.records, other.records)
        found += _differences("offset", self.offsets, other.offsets)
        return "; ".join(found[:4]) + (f" and {len(found) - 4} more" if found[4:] else "")


def _differences(kind: str, ours: Mapping[Any, Any], theirs: Mapping[Any, Any]) -> list[str]:
    keys = sorted(ours.keys() | theirs.keys())
    return [
        f"{kind} {key}: {ours.get(key)} {theirs.get(key)}"
        for key in keys
        if ours.get(key) != theirs.get(key)
    ]


def look(address: str, control: ControlClient) -> State:
    """All there is."""
    listed = AdminClient({"bootstrap.servers": address, "log_level": 0}).list_topics(
        timeout=LIST_LIMIT_S
    )
    state = State()
    for name, topic in listed.topics.items():
        if name.startswith("__"):
            continue
        for number in topic.partitions:
            state.records[name, number] = []
        for row in control.records(name, limit=MOST_RECORDS):
            state.records[name, row["partition"]].append(row["value"])
    for group in control.groups():
        for row in group["partitions"]:
            if row["committed"] is not None:
                place = (group["group_id"], row["topic"], row["partition"])
                state.offsets[place] = row["committed"]
    return state

"""Log directories of a broker: who lies where, and how to move it."""

from __future__ import annotations

from typing import Any

from .broker import Wire
from .codec import Message

TWO = {"log.dirs": "{data},{data}-2"}
"""SETTINGS of a broker with two log directories; a scenario repeats them, as a literal."""


def directories(broker: Wire) -> list[str]:
    """The broker's log directories, sorted."""
    answer = broker.quiet("DescribeLogDirs", 4, topics=[])
    return sorted(row["log_dir"] for row in answer["results"])


def places(broker: Wire, topic: str) -> list[list[Any]]:
    """(partition, place of its directory, size, is a copy), sorted."""
    answer = broker.quiet("DescribeLogDirs", 4, topics=None)
    known = sorted(row["log_dir"] for row in answer["results"])
    return sorted(
        [row["partition_index"], known.index(result["log_dir"]), row["partition_size"],
         row["is_future_key"]]
        for result in answer["results"]
        for rows in result["topics"]
        if rows["name"] == topic
        for row in rows["partitions"]
    )  # fmt: skip


def place(broker: Wire, topic: str, partition: int = 0) -> int:
    """The place of the directory that a replica lies in."""
    (found,) = (row for row in places(broker, topic) if row[0] == partition and not row[3])
    return int(found[1])


def alter(broker: Wire, topic: str, *wanted: tuple[int, str], version: int = 2) -> dict[int, int]:
    """Ask for (partition, path); error codes by partition."""
    dirs: list[Message] = [
        {"path": path, "topics": [{"name": topic, "partitions": [partition]}]}
        for partition, path in wanted
    ]
    answer = broker.quiet("AlterReplicaLogDirs", version, dirs=dirs)
    return {
        row["partition_index"]: row["error_code"]
        for result in answer["results"]
        for row in result["partitions"]
    }


def moved(broker: Wire, topic: str, to: int, partition: int = 0) -> None:
    """Wait until the replica is there and its copy is gone."""

    def settled(answer: Message) -> bool:
        rows = [row for row in places(broker, topic) if row[0] == partition]
        return len(rows) == 1 and rows[0][1] == to

    broker.until(settled, "DescribeLogDirs", 4, topics=[])

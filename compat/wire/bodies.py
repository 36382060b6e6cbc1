"""Bodies of the requests that nearly every scenario sends: `broker.ask("Fetch", 12, **fetch(...))`.

Each returns keyword arguments for `ask`; more of them override or add fields.
"""

from __future__ import annotations

import uuid
from typing import Any

from .codec import Message

Topic = str | uuid.UUID
"""A topic by its name or, in the versions that have ids, by its id."""

BIG = 1 << 20


def produce(
    topic: Topic, records: bytes | None, partition: int = 0, acks: int = -1, **more: Any
) -> Message:
    """Produce to one partition; by name up to version 12, by id from 13."""
    row = {"index": partition, "records": records}
    topic_data = [{**_named("name", topic), "partition_data": [row]}]
    return {"acks": acks, "timeout_ms": 5000, "topic_data": topic_data, **more}


def fetch(*topics: tuple[Topic, int], partition: int = 0, **more: Any) -> Message:
    """Fetch (topic, offset)… of one partition each, without waiting and without a session; by
    name up to version 12, by id from 13."""
    rows = [
        {
            **_named("topic", topic),
            "partitions": [
                {"partition": partition, "fetch_offset": offset, "partition_max_bytes": BIG}
            ],
        }
        for topic, offset in topics
    ]
    quick = {"max_wait_ms": 0, "min_bytes": 0, "max_bytes": BIG}
    return {**quick, "session_id": 0, "session_epoch": -1, "topics": rows, **more}


def list_offsets(topic: str, *timestamps: int, partition: int = 0, **more: Any) -> Message:
    """ListOffsets of one partition; a timestamp each (-1 latest, -2 earliest, -3 largest time)."""
    rows = [{"partition_index": partition, "timestamp": timestamp} for timestamp in timestamps]
    return {"replica_id": -1, "topics": [{"name": topic, "partitions": rows}], **more}


def create_topics(*names: str, partitions: int = 1, **more: Any) -> Message:
    """CreateTopics with one replica each; further fields of the *request* in `more`."""
    rows = [{"name": name, "num_partitions": partitions, "replication_factor": 1} for name in names]
    return {"topics": rows, "timeout_ms": 10_000, **more}


def join(
    group_id: str,
    member_id: str = "",
    protocols: tuple[tuple[str, bytes], ...] = (("range", b"meta"),),
    **more: Any,
) -> Message:
    """JoinGroup of a classic consumer."""
    return {
        "group_id": group_id,
        "session_timeout_ms": 30_000,
        "rebalance_timeout_ms": 30_000,
        "member_id": member_id,
        "protocol_type": "consumer",
        "protocols": [{"name": name, "metadata": metadata} for name, metadata in protocols],
        **more,
    }


def commit(
    group_id: str,
    topic: Topic,
    offset: int,
    *,
    member_id: str = "",
    generation: int = -1,
    **more: Any,
) -> Message:
    """OffsetCommit of partition 0; without a member it is a simple consumer's."""
    row = {"partition_index": 0, "committed_offset": offset, "committed_metadata": ""}
    return {
        "group_id": group_id,
        "generation_id_or_member_epoch": generation,
        "member_id": member_id,
        "topics": [{**_named("name", topic), "partitions": [row]}],
        **more,
    }


def committed(group_id: str, *topics: Topic, version: int = 8, **more: Any) -> Message:
    """OffsetFetch of partition 0 of topics, of all topics when none is given.

    From version 8 on, `more` goes into the group's row (member_id, member_epoch), below it into
    the request; require_stable always goes into the request."""
    rows = [{**_named("name", topic), "partition_indexes": [0]} for topic in topics] or None
    stable = {key: more.pop(key) for key in ("require_stable",) if key in more}
    if version < 8:
        return {"group_id": group_id, "topics": rows, **stable, **more}
    return {"groups": [{"group_id": group_id, "topics": rows, **more}], **stable}


def _named(field: str, topic: Topic) -> Message:
    return {"topic_id": topic} if isinstance(topic, uuid.UUID) else {field: topic}

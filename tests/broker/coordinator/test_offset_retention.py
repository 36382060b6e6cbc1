"""Offsets that say themselves how long they are kept (OffsetCommit before version 5)."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)

from wirekafka.coordinator.group.shard import GroupCoordinatorShard as Shard


@pytest.mark.parametrize("retention_ms", [2**63 - 1, 2**62 * 2 - 1000, -(2**63), -2, 0, 1])
def test_any_retention_can_be_committed(coordinator: Any, retention_ms: int) -> None:
    row = OffsetCommitRequestPartition(0, 7, -1, "")
    topics = [OffsetCommitRequestTopic("t", partitions=[row])]
    request = OffsetCommitRequest("g", retention_time_ms=retention_ms, topics=topics)
    (response,) = coordinator.ask(Shard.offset_commit, request, 4)
    assert response.topics[0].partitions[0].error_code == 0
    assert coordinator.fetch("t") == {"t": 7}
    coordinator.restart()
    assert coordinator.fetch("t") == {"t": 7}

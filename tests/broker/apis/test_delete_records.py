"""DeleteRecords: which topics it may cut. Answers are recorded from Kafka 4.3.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsTopic,
)


@pytest.mark.parametrize(
    ("policy", "error"),
    [
        ("delete", ErrorCode.NONE),
        ("delete,compact", ErrorCode.NONE),
        ("", ErrorCode.NONE),
        ("compact", ErrorCode.POLICY_VIOLATION),
    ],
)
def test_only_a_topic_that_is_compacted_and_nothing_else_cannot_be_cut(
    make_room: Callable[..., Any], policy: str, error: ErrorCode
) -> None:
    room = make_room()
    room.add_topic("t", cleanup_policy=policy)
    rows = [DeleteRecordsTopic("t", [DeleteRecordsPartition(0, 0)])]
    answer = room.ask(DeleteRecordsRequest(rows, 1000), 2)
    row = answer.topics[0].partitions[0]
    assert (row.error_code, row.low_watermark) == (error, -1 if error else 0)

"""The consumer protocol inside the classic one."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ProtocolError

from wirekafka.coordinator.consumer_group.embedded import (
    read_assignment,
    read_subscription,
    version_of,
    write_assignment,
)

TOPICS = b"\0\0\0\1\0\1t"
NO_USER_DATA = b"\xff\xff\xff\xff"
OWNED = b"\0\0\0\1\0\1t\0\0\0\2\0\0\0\0\0\0\0\1"


@pytest.mark.parametrize(
    ("metadata", "owned", "rack_id"),
    [
        (b"\0\0" + TOPICS + NO_USER_DATA, [], None),
        (b"\0\1" + TOPICS + NO_USER_DATA + OWNED, [("t", [0, 1])], None),
        (b"\0\2" + TOPICS + NO_USER_DATA + OWNED + b"\0\0\0\5", [("t", [0, 1])], None),
        (b"\0\3" + TOPICS + NO_USER_DATA + OWNED + b"\0\0\0\5\0\1r", [("t", [0, 1])], "r"),
        (b"\0\7" + TOPICS + NO_USER_DATA + OWNED + b"\0\0\0\5\0\1r+", [("t", [0, 1])], "r"),
    ],
    ids=["v0", "v1", "v2", "v3", "newer"],
)
def test_a_subscription_is_read_in_every_version(
    metadata: bytes, owned: list[tuple[str, list[int]]], rack_id: str | None
) -> None:
    read = read_subscription(metadata)
    assert read.topics == ["t"]
    assert [(row.topic, row.partitions) for row in read.owned_partitions] == owned
    assert read.rack_id == rack_id


@pytest.mark.parametrize("version", range(4))
def test_an_assignment_comes_back_as_it_was_written(version: int) -> None:
    data = write_assignment({"t": [0, 2], "u": [1]}, version)
    assert version_of(data) == version
    rows = read_assignment(data).assigned_partitions
    assert [(row.topic, row.partitions) for row in rows] == [("t", [0, 2]), ("u", [1])]


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff\xff" + TOPICS + NO_USER_DATA])
def test_without_a_version_it_is_unreadable(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_subscription(data)


def test_a_cut_message_is_unreadable_at_every_byte() -> None:
    whole = b"\0\1" + TOPICS + NO_USER_DATA + OWNED
    for size in range(len(whole)):
        with pytest.raises(ProtocolError):
            read_subscription(whole[:size])

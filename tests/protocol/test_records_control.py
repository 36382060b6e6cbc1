"""Control records: the marker that ends a transaction."""

from __future__ import annotations

import pytest
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.records.batch import is_intact, read_header
from wirekafka_protocol.records.control import (
    ControlType,
    EndMarker,
    build_end_marker,
    control_type,
    read_end_marker,
)
from wirekafka_protocol.records.record import Record, read_records


@pytest.mark.parametrize("kind", [ControlType.ABORT, ControlType.COMMIT])
def test_end_marker_round_trip(kind):
    marker = EndMarker(kind, 7)
    batch = build_end_marker(
        marker,
        producer_id=3,
        producer_epoch=1,
        timestamp_ms=99,
        base_offset=40,
        partition_leader_epoch=2,
    )
    header = read_header(batch)
    assert is_intact(batch)
    assert (header.is_control, header.is_transactional, header.size_in_bytes) == (True, True, 78)
    assert (header.producer_id, header.producer_epoch, header.base_sequence) == (3, 1, -1)
    assert (header.base_offset, header.record_count, header.max_timestamp) == (40, 1, 99)
    assert read_end_marker(read_records(batch)[0]) == marker


@pytest.mark.parametrize("key", [None, b"", b"\0\0\0", b"\xff\xff\0\0"])
def test_a_key_that_is_none(key):
    with pytest.raises(ProtocolError, match="control record with"):
        control_type(key)


def test_types_of_a_later_kafka_are_unknown():
    assert control_type(b"\0\0\0\x63") is ControlType.UNKNOWN


@pytest.mark.parametrize(
    ("key", "value"),
    [(b"\0\0\0\2", b"\0\0\0\0\0\0"), (b"\0\0\0\1", None), (b"\0\0\0\1", b"\0\0\0")],
)
def test_what_ends_no_transaction(key, value):
    with pytest.raises(ProtocolError):
        read_end_marker(Record(0, 0, key, value))

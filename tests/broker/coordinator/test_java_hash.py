"""Java's String.hashCode and the partition that follows from it."""

from __future__ import annotations

import pytest

from wirekafka.coordinator.java_hash import java_map_order, java_string_hash, partition_for


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a", 97),
        ("hello", 99162322),
        ("polygenelubricants", -(2**31)),
        ("grüße", 98768023),
        ("😀", 1772899),
    ],
)
def test_hash_is_javas(text: str, expected: int) -> None:
    assert java_string_hash(text) == expected


@pytest.mark.parametrize(
    ("group_id", "partition"),
    [
        ("golden-simple", 0),
        ("golden-classic", 0),
        ("golden-consumer", 1),
        ("golden-deleted", 1),
        ("golden-txn-offsets", 2),
    ],
)
def test_groups_lie_where_kafka_put_them(group_id: str, partition: int) -> None:
    """As found in the log directory that Kafka 4.3.1 wrote, with three partitions."""
    assert partition_for(group_id, 3) == partition


def test_smallest_hash_has_no_absolute_value_and_goes_to_partition_0() -> None:
    assert partition_for("polygenelubricants", 50) == 0


def test_map_order_shows_sticky_before_range() -> None:
    """Recorded: a tie between the two is won by sticky."""
    assert sorted(["range", "sticky"], key=java_map_order) == ["sticky", "range"]

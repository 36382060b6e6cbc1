"""How often members are asked to report, and when a group waits for its next assignment."""

from __future__ import annotations

import pytest

from wirekafka.coordinator.consumer_group.config import ConsumerGroupConfig
from wirekafka.coordinator.consumer_group.interval import (
    SETTLING_MS,
    SMALL_GROUP,
    assignment_interval_ms,
    heartbeat_interval_ms,
)

NOW_MS = 1_700_000_000_000
DEFAULT = ConsumerGroupConfig()


def interval_ms(members: int, *, left_ms: int = 0, config: ConsumerGroupConfig = DEFAULT) -> int:
    """`left_ms` is how long the group still counts as changing."""
    return heartbeat_interval_ms(
        config, settling_until_ms=NOW_MS + left_ms, now_ms=NOW_MS, members=members
    )


@pytest.mark.parametrize(
    ("members", "settled_ms", "changing_ms"),
    [
        (1, 250, 250),
        (3, 250, 250),
        (10, 800, 250),
        (60, 4_800, 360),
        (63, 5_000, 378),
        (100, 5_000, 600),
        (1_000, 5_000, 5_000),
    ],
)
def test_members_of_a_partition_share_a_budget(
    members: int, settled_ms: int, changing_ms: int
) -> None:
    assert interval_ms(members) == settled_ms
    assert interval_ms(members, left_ms=1) == changing_ms
    assert interval_ms(members, left_ms=SETTLING_MS) == changing_ms


def test_all_partitions_together_are_asked_no_more_than_twice_as_often_as_by_kafka() -> None:
    """Where there are enough members for that to matter."""
    for members in range(30, 200):
        assert 50 * members * 1_000 / interval_ms(members) <= max(625, 50 * members / 5)


@pytest.mark.parametrize("left_ms", [SETTLING_MS + 1, 3_600_000, -1])
def test_a_clock_that_was_set_back_makes_nobody_hurry_for_longer(left_ms: int) -> None:
    assert interval_ms(100, left_ms=left_ms) == 5_000


@pytest.mark.parametrize("left_ms", [0, 5_000])
@pytest.mark.parametrize("value", [5_000, 5_001, 15_000])
def test_an_interval_that_was_asked_for_is_obeyed_to_the_letter(value: int, left_ms: int) -> None:
    of_all = ConsumerGroupConfig(heartbeat_interval_ms=value, is_heartbeat_interval_set=True)
    of_the_group = DEFAULT.with_overrides({"consumer.heartbeat.interval.ms": str(value)})
    for config in (of_all, of_the_group):
        assert interval_ms(1, left_ms=left_ms, config=config) == value


def test_other_configs_of_a_group_ask_for_no_interval() -> None:
    config = DEFAULT.with_overrides({"consumer.session.timeout.ms": "46000"})
    assert interval_ms(1, config=config) == 250
    assert assignment_interval_ms(config, members=2, partitions=2) == 0


def test_a_group_waits_for_its_next_assignment_when_that_is_work() -> None:
    def wait_ms(members: int, partitions: int, config: ConsumerGroupConfig = DEFAULT) -> int:
        return assignment_interval_ms(config, members=members, partitions=partitions)

    assert wait_ms(10, SMALL_GROUP // 10) == 0
    assert wait_ms(10, SMALL_GROUP // 10 + 1) == 1_000
    asked_for = DEFAULT.with_overrides({"consumer.assignment.interval.ms": "1000"})
    assert wait_ms(1, 1, asked_for) == 1_000
    assert wait_ms(100, SMALL_GROUP, ConsumerGroupConfig(assignment_interval_ms=7)) == 7

"""Replica placement: the worked examples, racks, and what always holds."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirekafka.metadata.image import BrokerImage
from wirekafka.metadata.placement import PlacementRule, broker_ring, place_replicas

RING, KAFKA = PlacementRule.RING, PlacementRule.KAFKA


def brokers(*ids: int, racks: str = "") -> list[BrokerImage]:
    names = racks.split() or [None] * len(ids)
    return [BrokerImage(i, 0, "", (), rack) for i, rack in zip(ids, names, strict=True)]


def place(
    ring: list[BrokerImage], rule: PlacementRule, count: int, factor: int, start: int = 0
) -> list[list[int]]:
    placed = place_replicas(
        ring, rule, start=start, partitions=range(count), replication_factor=factor
    )
    return [list(replicas) for replicas in placed]


def test_worked_example_of_both_rules() -> None:
    ring = broker_ring(brokers(3, 1, 2))
    assert place(ring, RING, 4, 2) == [[1, 2], [2, 3], [3, 1], [1, 2]]
    assert place(ring, KAFKA, 4, 2) == [[1, 2], [2, 3], [3, 1], [1, 3]]


def test_kafka_rule_as_documented_for_ten_partitions_on_five_brokers() -> None:
    """The table in the comment of Kafka's AdminUtils, by partition."""
    ring = broker_ring(brokers(0, 1, 2, 3, 4))
    assert place(ring, KAFKA, 10, 3) == [
        [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 0], [4, 0, 1],
        [0, 2, 3], [1, 3, 4], [2, 4, 0], [3, 0, 1], [4, 1, 2],
    ]  # fmt: skip


def test_start_moves_the_first_replica() -> None:
    assert place(broker_ring(brokers(1, 2, 3)), RING, 2, 1, start=2) == [[3], [1]]


def test_ring_alternates_between_racks() -> None:
    ring = broker_ring(brokers(0, 1, 2, 3, 4, 5, racks="r1 r3 r3 r2 r2 r1"))
    assert [b.broker_id for b in ring] == [0, 3, 1, 5, 4, 2]


def test_a_ring_with_a_broker_without_rack_is_by_id() -> None:
    some = [*brokers(2, 1, racks="a b"), *brokers(0)]
    assert [b.broker_id for b in broker_ring(some)] == [0, 1, 2]


@pytest.mark.parametrize("rule", PlacementRule)
def test_uneven_racks_still_get_one_replica_each(rule: PlacementRule) -> None:
    ring = broker_ring(brokers(1, 2, 3, 4, racks="a a a b"))
    for replicas in place(ring, rule, 12, 2):
        assert 4 in replicas


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=7),
    st.sampled_from(PlacementRule),
    st.integers(1, 20),
    st.data(),
)
def test_replicas_differ_and_racks_are_used_evenly(
    racks: list[str], rule: PlacementRule, count: int, data: st.DataObject
) -> None:
    ring = broker_ring(brokers(*range(len(racks)), racks=" ".join(racks)))
    factor = data.draw(st.integers(1, len(racks)))
    for replicas in place(ring, rule, count, factor, start=data.draw(st.integers(0, 9))):
        assert len(set(replicas)) == len(replicas) == factor
        used = Counter(racks[broker_id] for broker_id in replicas)
        assert len(used) == min(factor, len(set(racks)))


@given(st.integers(1, 6), st.integers(1, 5), st.data())
def test_leaders_are_spread_evenly(size: int, turns: int, data: st.DataObject) -> None:
    factor = data.draw(st.integers(1, size))
    for rule in PlacementRule:
        placed = place(broker_ring(brokers(*range(size))), rule, size * turns, factor)
        assert set(Counter(replicas[0] for replicas in placed).values()) == {turns}

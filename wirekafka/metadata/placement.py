"""Which brokers hold the replicas of new partitions.

Brokers stand in a ring. Partition i begins at the start index plus i.

- `ring` (the default): replica j is j places further. The start is chosen by the controller.
- `kafka`: as Kafka's tool does: the followers' distance grows by one with each turn of the ring,
  so the followers of one leader spread over all brokers (`AdminUtils.assignReplicasToBrokers`).

For brokers 1 to 3, four partitions, two replicas, start 0: ring gives [1,2] [2,3] [3,1] [1,2],
kafka [1,2] [2,3] [3,1] [1,3].

With racks (all brokers must have one, as in Kafka) the ring alternates between racks, and a
partition takes a second replica in a rack only when every rack has one. Pure: the start is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from wirekafka.metadata.model import BrokerImage


class PlacementRule(Enum):
    """The rule for followers; the values are those of the config replica.placement."""

    RING = "ring"
    KAFKA = "kafka"


def broker_ring(brokers: Iterable[BrokerImage]) -> list[BrokerImage]:
    """The brokers by id; with racks, one of each rack in turn."""
    by_id = sorted(brokers, key=lambda broker: broker.broker_id)
    if any(broker.rack is None for broker in by_id):
        return by_id
    racks: dict[str, list[BrokerImage]] = {}
    for broker in by_id:
        racks.setdefault(str(broker.rack), []).append(broker)
    turns = max((len(members) for members in racks.values()), default=0)
    return [racks[rack][n] for n in range(turns) for rack in sorted(racks) if n < len(racks[rack])]


def place_replicas(
    ring: Sequence[BrokerImage],
    rule: PlacementRule,
    *,
    start: int,
    partitions: range,
    replication_factor: int,
) -> list[tuple[int, ...]]:
    """The replicas of each of `partitions`, preferred leader first.

    `start` is the place in the ring of partition 0's first replica.
    """
    assert 0 < replication_factor <= len(ring), (replication_factor, len(ring))
    return [
        tuple(
            broker.broker_id
            for broker in _spread(_candidates(ring, rule, start, index), replication_factor)
        )
        for index in partitions
    ]


def _candidates(
    ring: Sequence[BrokerImage], rule: PlacementRule, start: int, index: int
) -> list[BrokerImage]:
    """All brokers, in the order in which the rule would take them for one partition."""
    size = len(ring)
    first = (start + index) % size
    if rule is PlacementRule.RING or size == 1:
        return [ring[(first + n) % size] for n in range(size)]
    turn = index // size
    return [
        ring[first],
        *(ring[(first + 1 + (turn + n) % (size - 1)) % size] for n in range(size - 1)),
    ]


def _spread(candidates: list[BrokerImage], count: int) -> list[BrokerImage]:
    """The first `count` candidates, a rack's second only when no rack is left without one."""
    if any(broker.rack is None for broker in candidates):
        return candidates[:count]
    chosen: list[BrokerImage] = []
    while len(chosen) < count:
        racks: set[str | None] = set()
        for broker in candidates:
            if broker.rack not in racks and broker not in chosen and len(chosen) < count:
                chosen.append(broker)
                racks.add(broker.rack)
    return chosen

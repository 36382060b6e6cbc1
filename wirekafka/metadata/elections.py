"""Who leads a partition after brokers came, went or started again.

Level-triggered: the rules look at how things are, so it does not matter in how many steps they
became so. A broker that started again counts as gone and come back, even if its absence was never
seen: it leaves every in-sync set that has other members, and where it leads it leads in a new
epoch, so nobody mistakes what it appends now for what it appended before.

- The in-sync set loses brokers that are gone; the last members stay, because only they have
  everything that was acknowledged. (Kafka with eligible leader replicas moves it to the ELR.)
- The leader stays if it can, else the first live in-sync replica in assignment order leads, else
  nobody does.
- leader_epoch grows with every change of leader, partition_epoch with every change at all.

Source: `PartitionLeaderElectionAlgorithms`, `PartitionChangeBuilder`, KIP-966.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from enum import Enum

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata.model import NO_LEADER, PartitionImage


class ElectionType(Enum):
    """What ElectLeaders may ask for."""

    PREFERRED = 0
    UNCLEAN = 1


def settle(
    partition: PartitionImage, live: Collection[int], restarted: Collection[int]
) -> PartitionImage:
    """The partition as the live brokers make it; the same object when nothing changes.

    `restarted` are those of `live` that started since they were last taken note of.
    """
    present = tuple(b for b in partition.isr if b in live)
    steady = tuple(b for b in present if b not in restarted)
    isr = steady or present or partition.isr
    stays = partition.leader in steady
    leader = partition.leader if stays else _first_live(partition, isr, live)
    began = leader != partition.leader or (leader != NO_LEADER and leader in restarted)
    if not began and isr == partition.isr:
        return partition
    return replace(
        partition,
        leader=leader,
        leader_epoch=partition.leader_epoch + began,
        isr=isr,
        partition_epoch=partition.partition_epoch + 1,
        last_known_leader=_last_known(partition, leader),
    )


def elect(
    partition: PartitionImage, election: ElectionType, live: Collection[int]
) -> PartitionImage:
    """The partition after an election that an operator asked for.

    Raises ApiError: ELECTION_NOT_NEEDED, PREFERRED_LEADER_NOT_AVAILABLE,
    ELIGIBLE_LEADERS_NOT_AVAILABLE.
    """
    if election is ElectionType.PREFERRED:
        leader, isr, unclean = partition.replicas[0], partition.isr, False
        if partition.leader == leader:
            raise ApiError(
                ErrorCode.ELECTION_NOT_NEEDED, "Leader election not needed for topic partition."
            )
        if leader not in live or leader not in isr:
            raise ApiError(ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE)
    else:
        if partition.leader != NO_LEADER:
            raise ApiError(
                ErrorCode.ELECTION_NOT_NEEDED, "Leader election not needed for topic partition."
            )
        leader, isr = _first_live(partition, partition.isr, live), partition.isr
        unclean = leader == NO_LEADER
        if unclean:
            leader = _first_live(partition, partition.replicas, live)
            isr = (leader,)
        if leader == NO_LEADER:
            raise ApiError(ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE)
    return replace(
        partition,
        leader=leader,
        leader_epoch=partition.leader_epoch + 1,
        isr=isr,
        partition_epoch=partition.partition_epoch + 1,
        last_known_leader=NO_LEADER,
        recovering=unclean,
    )


def _first_live(partition: PartitionImage, eligible: Collection[int], live: Collection[int]) -> int:
    return next((b for b in partition.replicas if b in eligible and b in live), NO_LEADER)


def _last_known(partition: PartitionImage, leader: int) -> int:
    """Whom an operator may elect when nobody leads (KIP-966)."""
    if leader != NO_LEADER:
        return NO_LEADER
    return partition.last_known_leader if partition.leader == NO_LEADER else partition.leader

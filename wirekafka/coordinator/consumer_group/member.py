"""One member of a consumer group, as the log knows it.

Immutable: a decision makes the next member with `dataclasses.replace`, writes its record, and only
replay puts it in the group. What is not in the log (when the session ends) is in session.py.

Epochs: a member that is not a member yet has epoch 0; -1 is one whose assignment was just removed
by a tombstone; -2 is a static member that left for a moment and still owns its partitions.

Each partition that is assigned remembers the member epoch in which it was; an offset of it may be
committed with any epoch from that one on (KIP-1251).

Source: Kafka's `ConsumerGroupMember`, `ModernGroupMember`, `MemberState`; KIP-848.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from types import MappingProxyType

from wirekafka_protocol.messages.consumer_group_records import (
    ClassicMemberMetadata,
    ConsumerGroupCurrentMemberAssignmentValue,
    ConsumerGroupMemberMetadataValue,
    TopicPartitions,
)

JOINING_EPOCH = 0
LEAVING_EPOCH = -1
LEAVING_STATIC_EPOCH = -2
"""A static member goes and will be back: nobody else gets its partitions meanwhile."""

NO_TIMEOUT = -1

EpochedPartitions = Mapping[bytes, Mapping[int, int]]
"""Topic id -> partition -> the epoch in which it was assigned. No inner mapping is empty."""

NO_PARTITIONS: EpochedPartitions = MappingProxyType({})


class MemberState(IntEnum):
    """Where a member is on its way to its target. The value is the one in the log."""

    STABLE = 0
    """It has what its epoch gives it."""
    UNREVOKED_PARTITIONS = 1
    """It was asked to give up partitions, and has not confirmed it."""
    UNRELEASED_PARTITIONS = 2
    """It is in the target's epoch; partitions are missing that others have not given up."""
    UNKNOWN = 127
    """A state of a later version is in the log: the member has to join anew."""


_STATES = {int(state): state for state in MemberState}


@dataclass(slots=True, frozen=True)
class ConsumerMember:
    """See the module docstring. `classic_metadata` is that of a member who speaks the classic
    protocol in a consumer group."""

    member_id: str
    member_epoch: int = JOINING_EPOCH
    previous_member_epoch: int = LEAVING_EPOCH
    state: MemberState = MemberState.STABLE
    instance_id: str | None = None
    rack_id: str | None = None
    rebalance_timeout_ms: int = NO_TIMEOUT
    client_id: str = ""
    client_host: str = ""
    subscribed_topic_names: frozenset[str] = frozenset()
    subscribed_topic_regex: str = ""
    """Empty: none."""
    server_assignor: str | None = None
    assigned: EpochedPartitions = field(default_factory=lambda: NO_PARTITIONS)
    pending_revocation: EpochedPartitions = field(default_factory=lambda: NO_PARTITIONS)
    classic_metadata: ClassicMemberMetadata | None = None

    @property
    def uses_classic_protocol(self) -> bool:
        return self.classic_metadata is not None

    @property
    def has_left_for_a_moment(self) -> bool:
        return self.member_epoch == LEAVING_STATIC_EPOCH

    def is_reconciled_to(self, assignment_epoch: int) -> bool:
        return self.state is MemberState.STABLE and self.member_epoch == assignment_epoch

    def owns(self, topic_id: bytes, partition: int) -> bool:
        """Is it assigned, or was it and the member has not confirmed to have given it up?"""
        return partition in self.assigned.get(
            topic_id, ()
        ) or partition in self.pending_revocation.get(topic_id, ())

    # -- the log -------------------------------------------------------------------------------

    def metadata_value(self) -> ConsumerGroupMemberMetadataValue:
        """What the member said of itself, as a record."""
        return ConsumerGroupMemberMetadataValue(
            instance_id=self.instance_id,
            rack_id=self.rack_id,
            client_id=self.client_id,
            client_host=self.client_host,
            subscribed_topic_names=sorted(self.subscribed_topic_names),
            subscribed_topic_regex=self.subscribed_topic_regex,
            rebalance_timeout_ms=self.rebalance_timeout_ms,
            server_assignor=self.server_assignor,
            classic_member_metadata=self.classic_metadata,
        )

    def assignment_value(self) -> ConsumerGroupCurrentMemberAssignmentValue:
        """Where the member is and what it has, as a record."""
        return ConsumerGroupCurrentMemberAssignmentValue(
            member_epoch=self.member_epoch,
            previous_member_epoch=self.previous_member_epoch,
            state=int(self.state),
            assigned_partitions=_rows(self.assigned),
            partitions_pending_revocation=_rows(self.pending_revocation),
        )

    # Both are written out, for `replace` takes three times as long, and a log has many of these.

    def with_metadata(self, value: ConsumerGroupMemberMetadataValue) -> ConsumerMember:
        """The member after its metadata record."""
        return ConsumerMember(
            self.member_id,
            self.member_epoch,
            self.previous_member_epoch,
            self.state,
            value.instance_id,
            value.rack_id,
            value.rebalance_timeout_ms,
            value.client_id,
            value.client_host,
            frozenset(value.subscribed_topic_names),
            value.subscribed_topic_regex or "",
            value.server_assignor,
            self.assigned,
            self.pending_revocation,
            value.classic_member_metadata,
        )

    def with_assignment(self, value: ConsumerGroupCurrentMemberAssignmentValue) -> ConsumerMember:
        """The member after the record of its assignment."""
        return ConsumerMember(
            self.member_id,
            value.member_epoch,
            value.previous_member_epoch,
            _STATES.get(value.state, MemberState.UNKNOWN),
            self.instance_id,
            self.rack_id,
            self.rebalance_timeout_ms,
            self.client_id,
            self.client_host,
            self.subscribed_topic_names,
            self.subscribed_topic_regex,
            self.server_assignor,
            _from_rows(value.assigned_partitions, value.member_epoch),
            _from_rows(value.partitions_pending_revocation, value.member_epoch),
            self.classic_metadata,
        )

    def without_assignment(self) -> ConsumerMember:
        """The member after the tombstone of its assignment; that of its metadata follows."""
        return replace(
            self,
            member_epoch=LEAVING_EPOCH,
            previous_member_epoch=LEAVING_EPOCH,
            assigned=NO_PARTITIONS,
            pending_revocation=NO_PARTITIONS,
        )


def _rows(partitions: EpochedPartitions) -> list[TopicPartitions]:
    return [
        TopicPartitions(topic_id, sorted(epochs), [epochs[index] for index in sorted(epochs)])
        for topic_id, epochs in partitions.items()
    ]


def _from_rows(rows: Iterable[TopicPartitions], member_epoch: int) -> EpochedPartitions:
    """Brokers before 4.3 wrote no epochs: the member's own is the strictest that can be meant."""
    found: dict[bytes, Mapping[int, int]] = {}
    for row in rows:
        if row.assignment_epochs:
            found[row.topic_id] = dict(zip(row.partitions, row.assignment_epochs, strict=False))
        elif row.partitions:
            found[row.topic_id] = dict.fromkeys(row.partitions, member_epoch)
    return found or NO_PARTITIONS

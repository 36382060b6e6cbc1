"""Changing the in-sync set of a partition: what its leader may ask of the controller.

A pure function. The order of the checks decides who is told what, and is that of
`ReplicationControlManager.validateAlterPartitionData` (4.3) with `KafkaController`'s rule for a
controller that is itself behind:

1. an epoch newer than ours: we are the stale one, NOT_CONTROLLER;
2. the sender's registration is not the present one: STALE_BROKER_EPOCH;
3. unknown topic id or partition;
4. an older leader epoch: FENCED_LEADER_EPOCH; a sender that is not the leader: INVALID_REQUEST;
5. the state is already as asked: success again, the answer may have been lost (KAFKA-12751);
6. an older partition epoch: INVALID_UPDATE_VERSION;
7. the leader must be in the new set; who is not a replica cannot be; while recovering it is alone;
8. every added replica must be live, not draining, and registered as the leader saw it, else
   INELIGIBLE_REPLICA (KIP-841, KIP-903).

A set that has all replicas that a reassignment wants ends it (`reassignments.py`).

With one replica nothing calls this: the set never changes. It is here because the epochs that
guard it are written today.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.image import MetadataImage
from wirekafka.metadata.model import PartitionImage, encode_partition
from wirekafka.metadata.plan import Plan, Write
from wirekafka.metadata.reassignments import advance, assignment_steps

ANY_BROKER_EPOCH = -1
"""A leader of before KIP-903 does not say which registration it saw."""


@dataclass(slots=True, frozen=True)
class InSyncReplica:
    """A member of the wanted set, and the registration that the leader knows of it."""

    broker_id: int
    broker_epoch: int = ANY_BROKER_EPOCH


@dataclass(slots=True, frozen=True)
class IsrChange:
    """What a leader asks for one partition."""

    topic_id: bytes
    partition: int
    leader_epoch: int
    partition_epoch: int
    new_isr: tuple[InSyncReplica, ...]
    recovering: bool = False


def alter_partition(
    image: MetadataImage,
    change: IsrChange,
    *,
    sender_id: int,
    sender_epoch: int,
    controller_epoch: int,
) -> Plan[PartitionImage]:
    """The partition as it will be, and the write, if one is needed. Raises ApiError."""
    registered = image.brokers.get(sender_id)
    topic = image.topics_by_id.get(change.topic_id)
    if topic is not None and 0 <= change.partition < len(topic.partitions):
        partition = topic.partitions[change.partition]
        leader_is_ahead = change.leader_epoch > partition.leader_epoch
        if leader_is_ahead or change.partition_epoch > partition.partition_epoch:
            raise ApiError(ErrorCode.NOT_CONTROLLER, "the controller is behind the leader")
    if registered is None or registered.epoch != sender_epoch:
        raise ApiError(ErrorCode.STALE_BROKER_EPOCH)
    if topic is None:
        raise ApiError(ErrorCode.UNKNOWN_TOPIC_ID)
    if not 0 <= change.partition < len(topic.partitions):
        raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if change.leader_epoch < partition.leader_epoch:
        raise ApiError(ErrorCode.FENCED_LEADER_EPOCH)
    if sender_id != partition.leader:
        raise ApiError(ErrorCode.INVALID_REQUEST, f"broker {sender_id} is not the leader")
    wanted = tuple(member.broker_id for member in change.new_isr)
    if set(wanted) == set(partition.isr) and change.recovering == partition.recovering:
        return Plan(partition)
    if change.partition_epoch < partition.partition_epoch:
        raise ApiError(ErrorCode.INVALID_UPDATE_VERSION)
    _check_members(image, partition, change)
    new = replace(
        partition,
        isr=wanted,
        recovering=change.recovering,
        partition_epoch=partition.partition_epoch + 1,
    )
    new = advance(partition, new, image.brokers)
    if new.move != partition.move:
        return Plan(new, assignment_steps(topic, {change.partition: new}, controller_epoch))
    key = keys.partition(topic.name, change.partition)
    write = Write(key, encode_partition(new, controller_epoch), partition.mod_rev)
    return Plan(new, [(write,)])


def _check_members(image: MetadataImage, partition: PartitionImage, change: IsrChange) -> None:
    wanted = {member.broker_id for member in change.new_isr}
    if len(wanted) < len(change.new_isr) or not wanted <= set(partition.replicas):
        raise ApiError(ErrorCode.INVALID_REQUEST, "the set has members that are no replicas")
    if partition.leader not in wanted:
        raise ApiError(ErrorCode.INVALID_REQUEST, "the leader must be in its in-sync set")
    if change.recovering and len(wanted) > 1:
        raise ApiError(ErrorCode.INVALID_REQUEST, "a recovering leader is in sync alone")
    for member in change.new_isr:
        if member.broker_id in partition.isr:
            continue
        broker = image.brokers.get(member.broker_id)
        if broker is None or broker.state == "draining":
            raise ApiError(ErrorCode.INELIGIBLE_REPLICA, f"broker {member.broker_id} is leaving")
        if member.broker_epoch not in (ANY_BROKER_EPOCH, broker.epoch):
            text = f"broker {member.broker_id} has registered again"
            raise ApiError(ErrorCode.INELIGIBLE_REPLICA, text)

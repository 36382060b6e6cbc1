"""Moving partitions to other replicas: Kafka's rules as pure functions (KIP-455, KIP-860).

A move has three stages: the wanted replicas join the partition, beside those that it has; they
catch up, which the leader says by changing the in-sync set (`alter_partition.py`); then those that
are not wanted any more leave. A move whose wanted replicas are all in sync is done at once, so one
that only changes their order, or that names the replicas there are, never has a first stage.

- The replicas of a moving partition are the wanted ones, then the ones being removed by number.
- It is done when every wanted replica is in sync. The leader leads on if it stays in sync, else
  the first live in-sync replica in assignment order does.
- The leader epoch grows with the leader, and when replicas have left.
- Cancelling takes out what was being added. If nothing in sync is left then, the first replica
  would lead without the others' records: that needs unclean.leader.election.enable.

As in Kafka, a move asked for while another is under way starts from the replicas there are, those
being added included.

Source: `ReplicationControlManager.alterPartitionReassignment`, `PartitionReassignmentReplicas`,
`PartitionReassignmentRevert`, `PartitionChangeBuilder`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.engine import MAX_TXN_OPS
from wirekafka.metadata.image import MetadataImage
from wirekafka.metadata.model import (
    AT_REST,
    NO_LEADER,
    Move,
    PartitionImage,
    TopicImage,
    encode_partition,
    encode_topic,
    moves_of,
)
from wirekafka.metadata.plan import Plan, Step, Write
from wirekafka.metadata.topics import check_brokers


@dataclass(slots=True, frozen=True)
class Reassignment:
    """What is asked for one partition; `replicas` None cancels its move."""

    topic: str
    partition: int
    replicas: tuple[int, ...] | None


@dataclass(slots=True, frozen=True)
class ReassignmentRules:
    """Whether a request may change the replication factor, and a topic's leaders be unclean."""

    may_change_factor: bool = True
    may_be_unclean: Callable[[TopicImage], bool] = lambda topic: False


def alter_reassignments(
    image: MetadataImage,
    asked: Sequence[Reassignment],
    rules: ReassignmentRules,
    controller_epoch: int,
) -> Plan[list[ApiError | None]]:
    """One outcome for each of `asked`, None when it is good.

    A partition that is asked for twice is judged twice by what it is now, and the last change is
    made.
    """
    plan: Plan[list[ApiError | None]] = Plan([])
    changes: dict[str, dict[int, PartitionImage]] = {}
    for one in asked:
        try:
            old = _find(image, one)
            new = _judge(image, one, old, rules)
        except ApiError as error:
            plan.result.append(error)
            continue
        if new is not old:
            changes.setdefault(one.topic, {})[one.partition] = new
        plan.result.append(None)
    for name, partitions in changes.items():
        plan.steps.extend(assignment_steps(image.topics[name], partitions, controller_epoch))
    return plan


def _find(image: MetadataImage, asked: Reassignment) -> PartitionImage:
    code = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    topic = image.topics.get(asked.topic)
    if topic is None:
        raise ApiError(code, f"Unable to find a topic named {asked.topic}.")
    if not 0 <= asked.partition < len(topic.partitions):
        raise ApiError(code, f"Unable to find partition {asked.topic}:{asked.partition}.")
    return topic.partitions[asked.partition]


def _judge(
    image: MetadataImage, asked: Reassignment, old: PartitionImage, rules: ReassignmentRules
) -> PartitionImage:
    if asked.replicas is not None:
        check_brokers(image, asked.replicas)
        if not rules.may_change_factor:
            _check_factor(old, asked.replicas)
        return reassign(old, asked.replicas, image.brokers)
    if not any(old.move):
        raise ApiError(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS)
    unclean = rules.may_be_unclean(image.topics[asked.topic])
    new = cancel(old, image.brokers, may_be_unclean=unclean)
    if new is None:
        raise ApiError(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            f"Unable to revert partition assignment for {asked.topic}:{asked.partition} because "
            "it would require an unclean leader election.",
        )
    return new


def _check_factor(old: PartitionImage, target: tuple[int, ...]) -> None:
    """KIP-860: what counts is the number of replicas that a move under way would end with."""
    present = len(set(old.replicas) - set(old.move.removing))
    if len(target) != present:
        raise ApiError(
            ErrorCode.INVALID_REPLICATION_FACTOR,
            f"The replication factor is changed from {present} to {len(target)}",
        )


def reassign(old: PartitionImage, target: tuple[int, ...], live: Collection[int]) -> PartitionImage:
    """The partition on its way to `target`, or there; the same object when nothing changes."""
    removing = tuple(sorted(set(old.replicas) - set(target)))
    adding = tuple(sorted(set(target) - set(old.replicas)))
    move = Move(adding or old.move.adding, removing or old.move.removing)
    return _led(old, _finished(replace(old, replicas=target + removing, move=move)), live)


def advance(old: PartitionImage, new: PartitionImage, live: Collection[int]) -> PartitionImage:
    """`new`, whose in-sync set has changed from `old`'s, without its move if that is done now."""
    done = _finished(new)
    return new if done is new else _led(old, done, live)


def cancel(
    old: PartitionImage, live: Collection[int], *, may_be_unclean: bool
) -> PartitionImage | None:
    """The partition without its move; None when it could only be had by an unclean election."""
    replicas = tuple(r for r in old.replicas if r not in old.move.adding)
    isr = tuple(r for r in old.isr if r not in old.move.adding)
    unclean = not isr
    if unclean and not (may_be_unclean and replicas):
        return None
    new = replace(old, replicas=replicas, isr=isr or replicas[:1], move=AT_REST)
    return _led(old, replace(new, recovering=new.recovering or unclean), live)


def _finished(partition: PartitionImage) -> PartitionImage:
    """The partition with its move done, the same object when it is not, or when there is none."""
    removing = partition.move.removing
    if not any(partition.move):
        return partition
    replicas = tuple(r for r in partition.replicas if r not in removing)
    isr = tuple(r for r in partition.isr if r not in removing)
    if not replicas or not set(replicas) <= set(isr):
        return partition
    return replace(partition, replicas=replicas, isr=isr, move=AT_REST)


def _led(old: PartitionImage, new: PartitionImage, live: Collection[int]) -> PartitionImage:
    """`new` with the leader that it needs and epochs that follow `old`'s; `old` if it is equal."""
    leader = old.leader
    if leader not in new.isr or leader not in live:
        leader = next((r for r in new.replicas if r in new.isr and r in live), NO_LEADER)
    if new == old and leader == old.leader:
        return old
    began = leader != old.leader or not set(old.replicas) <= set(new.replicas)
    return replace(
        new,
        leader=leader,
        leader_epoch=old.leader_epoch + began,
        partition_epoch=old.partition_epoch + 1,
    )


def assignment_steps(
    topic: TopicImage, changes: Mapping[int, PartitionImage], controller_epoch: int
) -> list[Step]:
    """The writes that make `changes` of one topic true: states and assignment together.

    A topic with more changes than fit into a transaction takes several, each of which leaves
    whole partitions.
    """
    partitions = list(topic.partitions)
    steps: list[Step] = []
    mod_rev = topic.mod_rev
    for some in _portions(sorted(changes)):
        writes = []
        for index in some:
            new, old = changes[index], partitions[index]
            value = encode_partition(new, controller_epoch)
            writes.append(Write(keys.partition(topic.name, index), value, old.mod_rev))
            partitions[index] = new
        replicas = [partition.replicas for partition in partitions]
        value = encode_topic(topic.topic_id, replicas, moves_of(partitions))
        writes.append(Write(keys.topic(topic.name), value, mod_rev))
        steps.append(tuple(writes))
        mod_rev = 0  # we have changed it ourselves by then; the controller's guard is enough
    return steps


def _portions(indices: Sequence[int]) -> Iterator[Sequence[int]]:
    size = MAX_TXN_OPS - 1
    for start in range(0, len(indices), size):
        yield indices[start : start + size]

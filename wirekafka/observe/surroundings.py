"""What the doctor asks the broker before it draws conclusions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from wirekafka_protocol.uuids import uuid_text

from wirekafka.coordinator.consumer_group.group import ConsumerGroup
from wirekafka.coordinator.consumer_group.member import ConsumerMember
from wirekafka.coordinator.group.group import ClassicGroup
from wirekafka.coordinator.group.member import ClassicMember
from wirekafka.coordinator.group.shard import GroupCoordinatorShard
from wirekafka.coordinator.machine import RequestInfo, Ticket
from wirekafka.coordinator.transaction.metadata import TransactionMetadata
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard
from wirekafka.network.advertised import subnets_of_machine

if TYPE_CHECKING:
    from wirekafka.broker import Broker


@dataclass(slots=True, frozen=True)
class GroupMember:
    """One member, as people can find it: client id, address, instance id."""

    member_id: str
    client_id: str
    client_host: str
    instance_id: str | None = None

    def __str__(self) -> str:
        instance = f" (group.instance.id {self.instance_id})" if self.instance_id else ""
        return f"{self.client_id or self.member_id} at {self.client_host.lstrip('/')}{instance}"


@dataclass(slots=True, frozen=True)
class GroupState:
    """A group in the middle of something. `missing` are the members that the others wait for;
    `unborn` counts ids that were handed out and have not come back."""

    state: str
    members: tuple[GroupMember, ...]
    missing: tuple[GroupMember, ...] = ()
    unborn: int = 0
    rebalance_timeout_ms: int = 0


@dataclass(slots=True, frozen=True)
class TransactionSight:
    """A transaction and the partitions that belong to it."""

    state: str
    partitions: tuple[str, ...]


class Surroundings(Protocol):
    """The broker, as far as findings depend on it."""

    @property
    def auto_create_topics(self) -> bool: ...

    @property
    def brokers(self) -> int:
        """How many are alive in the cluster."""

    @property
    def max_request_bytes(self) -> int: ...

    def is_advertised(self, listener: str) -> bool:
        """Whether an address was set for the listener: else clients are told the one that they
        reached, or what the hint of a forwarded port says."""

    def is_neighbour(self, host: str) -> bool:
        """Whether a client is in the broker's own network, and not on loopback or behind a gateway,
        so that it may well know the broker by a name that the broker itself does not know."""

    def has_topic(self, name: str) -> bool: ...

    def topic_names(self) -> dict[str, str]:
        """Names by the text of topic ids."""

    def max_message_bytes(self, topic: str) -> int | None:
        """None for a topic that is not there."""

    def group(self, group_id: str) -> GroupState | None: ...

    def transaction(self, transactional_id: str) -> TransactionSight | None: ...

    def fetch_targets(self, session_id: int) -> list[tuple[str, int, int]]:
        """(topic, partition, offset) of what a fetch session reads."""

    def end_offset(self, topic: str, partition: int) -> int | None:
        """Where the next record of a partition goes."""


class BrokerSurroundings:
    """A live broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    @property
    def auto_create_topics(self) -> bool:
        return self._broker.config.auto_create_topics_enable

    @property
    def brokers(self) -> int:
        return len(self._broker.image.brokers)

    @property
    def max_request_bytes(self) -> int:
        return self._broker.server.max_request_bytes

    def is_advertised(self, listener: str) -> bool:
        listeners = self._broker.server.listeners
        return any(one.name == listener and one.advertised is not None for one in listeners)

    def is_neighbour(self, host: str) -> bool:
        return subnets_of_machine().has_neighbour(host)

    def has_topic(self, name: str) -> bool:
        return name in self._broker.image.topics

    def topic_names(self) -> dict[str, str]:
        topics = self._broker.image.topics.values()
        return {uuid_text(topic.topic_id): topic.name for topic in topics}

    def max_message_bytes(self, topic: str) -> int | None:
        found = self._broker.partitions.by_name.get(topic)
        return None if found is None else found.configs.topic.max_message_bytes

    def group(self, group_id: str) -> GroupState | None:
        for found in self._broker.groups.each(_group, group_id):
            if isinstance(found, ClassicGroup):
                return _classic(found)
            if isinstance(found, ConsumerGroup):
                return _consumer(found)
        return None

    def transaction(self, transactional_id: str) -> TransactionSight | None:
        for found in self._broker.transactions.each(_transaction, transactional_id):
            if found is not None:
                rows = found.partitions.items()
                names = tuple(f"{topic}-{index}" for topic, many in rows for index in many)
                return TransactionSight(found.state.name, names)
        return None

    def fetch_targets(self, session_id: int) -> list[tuple[str, int, int]]:
        session = self._broker.fetch_sessions.find(session_id)
        if session is None:
            return []
        found = []
        for target in session.targets.values():
            name = target.topic_name if isinstance(target.topic, bytes) else target.topic
            found.append((name or "?", target.index, target.fetch_offset))
        return found

    def end_offset(self, topic: str, partition: int) -> int | None:
        found = self._broker.partitions.get(topic, partition)
        return None if found is None else found.log.log_end_offset


def _classic(group: ClassicGroup) -> GroupState:
    members = {key: _member(member) for key, member in group.members.items()}
    if group.parked_joins:
        missing = [m for key, m in members.items() if key not in group.parked_joins]
    elif group.parked_syncs and group.leader_id in members:
        is_missing = group.leader_id not in group.parked_syncs
        missing = [members[group.leader_id]] if is_missing else []
    else:
        missing = []
    return GroupState(
        group.state.value,
        tuple(members.values()),
        tuple(missing),
        len(group.pending_joins),
        group.rebalance_timeout_ms,
    )


def _consumer(group: ConsumerGroup) -> GroupState:
    members = {key: _member(member) for key, member in group.members.items()}
    missing = [
        members[key]
        for key, member in group.members.items()
        if not member.is_reconciled_to(group.assignment_epoch)
    ]
    return GroupState(group.state.value, tuple(members.values()), tuple(missing))


def _member(member: ClassicMember | ConsumerMember) -> GroupMember:
    if isinstance(member, ClassicMember):
        instance_id = member.group_instance_id
    else:
        instance_id = member.instance_id
    return GroupMember(member.member_id, member.client_id, member.client_host, instance_id)


def _group(
    shard: GroupCoordinatorShard, ticket: Ticket, info: RequestInfo, group_id: str, now_ms: int
) -> ClassicGroup | ConsumerGroup | None:
    return shard.groups.get(group_id)


def _transaction(
    shard: TransactionCoordinatorShard,
    ticket: Ticket,
    info: RequestInfo,
    transactional_id: str,
    now_ms: int,
) -> TransactionMetadata | None:
    return shard.transactions.get(transactional_id)

"""The things of a cluster as immutable values, and their JSON form in the metadata engine.

JSON because a person with the engine's own client should be able to read the cluster's state.
Encoding is canonical (fixed order, no spaces, fields at their default left out), so two equal
values are the same bytes.

A `PartitionImage` joins what the topic's key says (replicas, moves) with what the partition's key
says (leader, epochs, in-sync replicas). Lists of replicas repeat all over a cluster, so equal ones
are one tuple: a partition costs about 250 bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, NotRequired, TypedDict

NO_LEADER = -1

INTERNAL_TOPICS = frozenset({"__consumer_offsets", "__transaction_state", "__share_group_state"})
"""Kafka's own topics (`Topic.INTERNAL_TOPICS`)."""


@dataclass(slots=True, frozen=True)
class Endpoint:
    """An address at which a broker is reached: the listener's name and its advertised host."""

    listener: str
    host: str
    port: int
    security_protocol: str = "PLAINTEXT"


@dataclass(slots=True, frozen=True)
class BrokerImage:
    """A live broker. `epoch` is the revision that created its registration."""

    broker_id: int
    epoch: int
    incarnation: str
    endpoints: tuple[Endpoint, ...]
    rack: str | None = None
    state: str = "running"


class Move(NamedTuple):
    """A reassignment under way: the replicas that it adds, and those that it removes.

    Until it is done the partition's replicas are those wanted, then those being removed (KIP-455).
    """

    adding: tuple[int, ...] = ()
    removing: tuple[int, ...] = ()


AT_REST = Move()
"""The partition is not being reassigned."""


@dataclass(slots=True, frozen=True)
class PartitionImage:
    """One partition. `mod_rev` is the revision that last changed its state."""

    leader: int
    leader_epoch: int
    isr: tuple[int, ...]
    replicas: tuple[int, ...]
    partition_epoch: int = 0
    elr: tuple[int, ...] = ()
    last_known_leader: int = NO_LEADER
    recovering: bool = False
    mod_rev: int = 0
    move: Move = AT_REST


@dataclass(slots=True, frozen=True)
class TopicImage:
    """A topic with all its partitions, in order, and the configs that were set for it."""

    name: str
    topic_id: bytes
    partitions: tuple[PartitionImage, ...]
    configs: Mapping[str, str]
    mod_rev: int = 0

    @property
    def internal(self) -> bool:
        """Whether it is one of Kafka's own."""
        return self.name in INTERNAL_TOPICS


@dataclass(slots=True, frozen=True)
class TopicRecord:
    """What the topic's key holds: the id, the replicas of each partition, and which are moving."""

    topic_id: bytes
    replicas: tuple[tuple[int, ...], ...]
    mod_rev: int
    moves: Mapping[int, Move]


def encode_json(value: object) -> bytes:
    """The canonical JSON of a value."""
    return json.dumps(value, separators=(",", ":")).encode()


def encode_broker(broker: BrokerImage) -> bytes:
    """The registration of a broker; its epoch is the revision of its key."""
    endpoints = [[e.listener, e.host, e.port, e.security_protocol] for e in broker.endpoints]
    return encode_json(
        {
            "incarnation": broker.incarnation,
            "endpoints": endpoints,
            "rack": broker.rack,
            "state": broker.state,
        }
    )


def decode_broker(broker_id: int, epoch: int, value: bytes) -> BrokerImage:
    """The opposite of encode_broker."""
    fields = json.loads(value)
    endpoints = tuple(Endpoint(*endpoint) for endpoint in fields["endpoints"])
    incarnation, rack, state = fields["incarnation"], fields["rack"], fields["state"]
    return BrokerImage(broker_id, epoch, incarnation, endpoints, rack, state)


def encode_topic(
    topic_id: bytes, replicas: list[tuple[int, ...]], moves: Mapping[int, Move] | None = None
) -> bytes:
    """The topic's key: its id as hexadecimal digits, the replicas of each partition, the moves."""
    fields: dict[str, object] = {"topic_id": topic_id.hex(), "replicas": replicas}
    if moves:
        fields["moves"] = dict(sorted(moves.items()))
    return encode_json(fields)


def moves_of(partitions: Sequence[PartitionImage]) -> dict[int, Move]:
    """The moves of those partitions that are being reassigned, by number."""
    return {n: partition.move for n, partition in enumerate(partitions) if any(partition.move)}


def decode_topic(value: bytes, mod_rev: int) -> TopicRecord:
    """The opposite of encode_topic."""
    fields = json.loads(value)
    replicas = tuple(_shared(tuple(brokers)) for brokers in fields["replicas"])
    moves = {
        int(index): Move(_shared(tuple(adding)), _shared(tuple(removing)))
        for index, (adding, removing) in fields.get("moves", {}).items()
    }
    return TopicRecord(bytes.fromhex(fields["topic_id"]), replicas, mod_rev, moves)


def encode_partition(partition: PartitionImage, controller_epoch: int) -> bytes:
    """The state of a partition, without its replicas, which are the topic's."""
    fields: dict[str, object] = {
        "leader": partition.leader,
        "leader_epoch": partition.leader_epoch,
        "isr": partition.isr,
        "partition_epoch": partition.partition_epoch,
        "controller_epoch": controller_epoch,
    }
    if partition.elr:
        fields["elr"] = partition.elr
    if partition.last_known_leader != NO_LEADER:
        fields["last_known_leader"] = partition.last_known_leader
    if partition.recovering:
        fields["recovering"] = True
    return encode_json(fields)


def decode_partition(value: bytes, mod_rev: int, replicas: tuple[int, ...]) -> PartitionImage:
    """The opposite of encode_partition."""
    fields = _partition_fields(value)
    return PartitionImage(
        fields["leader"],
        fields["leader_epoch"],
        _shared(tuple(fields["isr"])),
        replicas,
        fields["partition_epoch"],
        _shared(tuple(fields.get("elr", ()))),
        fields.get("last_known_leader", NO_LEADER),
        fields.get("recovering", False),
        mod_rev,
    )


def decode_configs(value: bytes) -> Mapping[str, str]:
    """Names and values of the configs set for one resource, in the order of their names."""
    configs: dict[str, str] = json.loads(value)
    return configs


def encode_configs(configs: Mapping[str, str]) -> bytes:
    """The opposite of decode_configs."""
    return encode_json(dict(sorted(configs.items())))


class _PartitionFields(TypedDict):
    leader: int
    leader_epoch: int
    isr: list[int]
    partition_epoch: int
    elr: NotRequired[list[int]]
    last_known_leader: NotRequired[int]
    recovering: NotRequired[bool]


@lru_cache(maxsize=256)  # the partitions of a new topic have few different states
def _partition_fields(value: bytes) -> _PartitionFields:
    fields: _PartitionFields = json.loads(value)
    return fields


@lru_cache(maxsize=4096)  # the same few lists of brokers, over and over
def _shared(brokers: tuple[int, ...]) -> tuple[int, ...]:
    return brokers

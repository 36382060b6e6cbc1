"""Creating, deleting and growing topics: Kafka's rules, in Kafka's order, as pure functions.

Each takes the present image and gives a plan: one outcome per topic and the writes. Nothing here
looks at permissions or at names given twice in one request; that is the API's part, before.

The order of checks for a new topic is the one of `ReplicationControlManager.createTopics`: name,
collision, existence, configs, then counts or assignment.

The topic's key is written after its partitions' states and deleted before them, so a creation or
deletion that is broken off leaves only orphans, which `remove_orphans` clears.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.config_changes import ConfigRules
from wirekafka.metadata.engine import MAX_TXN_OPS
from wirekafka.metadata.image import MetadataImage
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.metadata.model import (
    BrokerImage,
    PartitionImage,
    TopicImage,
    encode_configs,
    encode_partition,
    encode_topic,
    moves_of,
)
from wirekafka.metadata.placement import PlacementRule, broker_ring, place_replicas
from wirekafka.metadata.plan import Charge, Plan, Step, Write, check_size, free_of_charge
from wirekafka.metadata.topic_names import collision_key, validate_topic_name

DEFAULT = -1
"""A count that leaves the choice to the broker."""

MAX_PARTITIONS_PER_REQUEST = 10_000
"""Kafka's `ReplicationControlManager.MAX_PARTITIONS_PER_BATCH`, for creating and for growing."""

Replicas = tuple[int, ...]


@dataclass(slots=True, frozen=True)
class NewTopic:
    """A topic to create. `assignments`: pairs of partition and replicas, instead of the counts."""

    name: str
    num_partitions: int = DEFAULT
    replication_factor: int = DEFAULT
    assignments: tuple[tuple[int, Replicas], ...] = ()
    configs: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(slots=True, frozen=True)
class CreatedTopic:
    """What became of a NewTopic."""

    name: str
    topic_id: bytes
    num_partitions: int
    replication_factor: int
    configs: Mapping[str, str]


@dataclass(slots=True, frozen=True)
class NewPartitions:
    """A topic to grow to `count` partitions; `assignments` of the new ones, None: choose."""

    name: str
    count: int
    assignments: tuple[Replicas, ...] | None = None


@dataclass(slots=True, frozen=True)
class TopicSettings:
    """What the broker's configuration says about new topics.

    `new_topic_id` gives 16 random bytes; `random_index(n)` a number below n, for Kafka's placement.
    """

    rules: ConfigRules
    new_topic_id: Callable[[], bytes]
    num_partitions: int = 1
    default_replication_factor: int = 1
    placement: PlacementRule = PlacementRule.RING
    random_index: Callable[[int], int] = lambda n: 0


def create_topics(
    image: MetadataImage,
    settings: TopicSettings,
    topics: Sequence[NewTopic],
    controller_epoch: int,
    charge: Charge = free_of_charge,
) -> Plan[list[CreatedTopic | ApiError]]:
    """One outcome per topic, in order. The names must differ.

    Raises ApiError(POLICY_VIOLATION) when they are too many partitions, or too much, together.
    """
    _check_total(len(topic.assignments) or max(topic.num_partitions, 1) for topic in topics)
    load = {broker_id: image.user_leaders.get(broker_id, 0) for broker_id in _usable(image)}
    plan: Plan[list[CreatedTopic | ApiError]] = Plan([])
    records = 0
    for topic in topics:
        try:
            _check_name(image, topic.name)
            configs = _checked_configs(settings.rules, topic)
            if topic.assignments:
                replicas = _assigned(image, topic)
            else:
                replicas = _placed(image, settings, topic, load)
            charge(len(replicas))
        except ApiError as error:
            plan.result.append(error)
            continue
        records += 1 + len(configs) + len(replicas)
        check_size(records)
        topic_id = settings.new_topic_id()
        usable = _usable(image)
        for index, brokers in enumerate(replicas):
            state = _new_partition(usable, brokers)
            load[state.leader] = load.get(state.leader, 0) + 1
            key = keys.partition(topic.name, index)
            plan.steps.append((Write(key, encode_partition(state, controller_epoch)),))
        plan.steps.append(_commit(topic.name, topic_id, replicas, configs))
        plan.result.append(
            CreatedTopic(topic.name, topic_id, len(replicas), len(replicas[0]), configs)
        )
    return plan


def _check_total(counts: Iterable[int]) -> None:
    if sum(counts) > MAX_PARTITIONS_PER_REQUEST:
        raise ApiError(
            ErrorCode.POLICY_VIOLATION, "Excessively large number of partitions per request."
        )


def _check_name(image: MetadataImage, name: str) -> None:
    if name in image.topics:  # a valid name, so this comes first only for speed
        raise ApiError(ErrorCode.TOPIC_ALREADY_EXISTS, f"Topic '{name}' already exists.")
    validate_topic_name(name)
    key = collision_key(name)
    if colliding := key is not None and image.collisions.get(key):
        raise ApiError(
            ErrorCode.INVALID_TOPIC_EXCEPTION,
            f"Topic '{name}' collides with existing topic: {min(colliding)}",
        )


def _checked_configs(rules: ConfigRules, topic: NewTopic) -> dict[str, str]:
    nulls = [name for name, value in topic.configs.items() if value is None]
    if nulls:
        raise ApiError(
            ErrorCode.INVALID_CONFIG,
            f"Null value not supported for topic configs: {','.join(nulls)}",
        )
    configs = {name: value for name, value in topic.configs.items() if value is not None}
    if configs:
        rules.validate((ConfigResourceType.TOPIC, topic.name), configs)
    return configs


def _commit(
    name: str, topic_id: bytes, replicas: list[Replicas], configs: Mapping[str, str]
) -> Step:
    topic = Write(keys.topic(name), encode_topic(topic_id, replicas))
    if not configs:
        return (topic,)
    return (
        Write(keys.config((ConfigResourceType.TOPIC, name)), encode_configs(configs)),
        topic,
    )


def _assigned(image: MetadataImage, topic: NewTopic) -> list[Replicas]:
    if topic.replication_factor != DEFAULT or topic.num_partitions != DEFAULT:
        which = "replication factor" if topic.replication_factor != DEFAULT else "numPartitions"
        raise ApiError(
            ErrorCode.INVALID_REQUEST,
            f"A manual partition assignment was specified, but {which} was not set to -1.",
        )
    replicas: dict[int, Replicas] = {}
    for index, brokers in topic.assignments:
        if index in replicas:
            raise ApiError(
                ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                f"Found multiple manual partition assignments for partition {index}",
            )
        first = next(iter(replicas.values()), None)
        _check_assignment(image, index, brokers, len(first) if first else None)
        replicas[index] = brokers
    if sorted(replicas) != list(range(len(replicas))):
        raise ApiError(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "partitions should be a consecutive 0-based integer sequence",
        )
    return [replicas[index] for index in range(len(replicas))]


def _check_assignment(
    image: MetadataImage, index: int, brokers: Replicas, replication_factor: int | None
) -> None:
    """Raises ApiError(INVALID_REPLICA_ASSIGNMENT) for replicas that a new partition cannot have."""
    code = ErrorCode.INVALID_REPLICA_ASSIGNMENT
    check_brokers(image, brokers)
    if replication_factor is not None and len(brokers) != replication_factor:
        raise ApiError(
            code,
            f"partition {index} is assigned {len(brokers)} replica(s), "
            f"the partitions before it have {replication_factor}",
        )
    if not any(broker_id in _usable(image) for broker_id in brokers):
        raise ApiError(code, f"no broker assigned to partition {index} can lead it")


def check_brokers(image: MetadataImage, brokers: Replicas) -> None:
    """Raises ApiError(INVALID_REPLICA_ASSIGNMENT) for brokers that no partition can have."""
    code = ErrorCode.INVALID_REPLICA_ASSIGNMENT
    if not brokers:
        raise ApiError(code, "The manual partition assignment includes an empty replica list.")
    previous = None
    for broker_id in sorted(brokers):
        if broker_id not in image.brokers:
            raise ApiError(
                code,
                f"The manual partition assignment includes broker {broker_id}, "
                "but no such broker is registered.",
            )
        if broker_id == previous:
            raise ApiError(
                code,
                f"The manual partition assignment includes the broker {broker_id} more than once.",
            )
        previous = broker_id


def _placed(
    image: MetadataImage, settings: TopicSettings, topic: NewTopic, load: Mapping[int, int]
) -> list[Replicas]:
    factor, count = topic.replication_factor, topic.num_partitions
    if factor < DEFAULT or factor == 0:
        raise ApiError(
            ErrorCode.INVALID_REPLICATION_FACTOR,
            "Replication factor must be larger than 0, or -1 to use the default value.",
        )
    if count < DEFAULT or count == 0:
        raise ApiError(
            ErrorCode.INVALID_PARTITIONS,
            "Number of partitions was set to an invalid non-positive value.",
        )
    factor = settings.default_replication_factor if factor == DEFAULT else factor
    count = settings.num_partitions if count == DEFAULT else count
    ring = _ring(image, factor)
    if settings.placement is PlacementRule.KAFKA:
        start = settings.random_index(len(ring))
    else:
        start = min(range(len(ring)), key=lambda n: (load[ring[n].broker_id], ring[n].broker_id))
    return place_replicas(
        ring,
        settings.placement,
        start=start,
        partitions=range(count),
        replication_factor=factor,
    )


def _ring(image: MetadataImage, replication_factor: int) -> list[BrokerImage]:
    """The ring of brokers that may take replicas. Raises ApiError when they are too few."""
    ring = broker_ring(_usable(image).values())
    if replication_factor > len(ring):
        raise ApiError(
            ErrorCode.INVALID_REPLICATION_FACTOR,
            f"Unable to replicate the partition {replication_factor} time(s): The target "
            f"replication factor of {replication_factor} cannot be reached because only "
            f"{len(ring)} broker(s) are registered or some brokers have all their log directories "
            f"cordoned. Ask for a replication factor of at most {len(ring)}.",
        )
    return ring


def _usable(image: MetadataImage) -> Mapping[int, BrokerImage]:
    """The brokers that may be given something new to do."""
    return {b.broker_id: b for b in image.brokers.values() if b.state != "draining"}


def _new_partition(usable: Mapping[int, BrokerImage], replicas: Replicas) -> PartitionImage:
    isr = tuple(broker_id for broker_id in replicas if broker_id in usable)
    return PartitionImage(leader=isr[0], leader_epoch=0, isr=isr, replicas=replicas)


def create_partitions(
    image: MetadataImage,
    settings: TopicSettings,
    requests: Sequence[NewPartitions],
    controller_epoch: int,
    charge: Charge = free_of_charge,
) -> Plan[list[ApiError | None]]:
    """One outcome per topic, None when it is good. The names must differ.

    Raises ApiError(POLICY_VIOLATION) when they are too many partitions together.
    """
    _check_total(
        max(request.count - len(image.topics[request.name].partitions), 0)
        for request in requests
        if request.name in image.topics
    )
    plan: Plan[list[ApiError | None]] = Plan([])
    for request in requests:
        try:
            plan.steps.extend(_grow(image, settings, request, controller_epoch, charge))
            plan.result.append(None)
        except ApiError as error:
            plan.result.append(error)
    return plan


def _grow(
    image: MetadataImage,
    settings: TopicSettings,
    request: NewPartitions,
    controller_epoch: int,
    charge: Charge,
) -> list[Step]:
    topic = image.topics.get(request.name)
    if topic is None:
        raise ApiError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    present = len(topic.partitions)
    if request.count <= present:
        text = f"The topic {request.name} currently has {present} partition(s); "
        text += f"{request.count} would not be an increase."
        if request.count == present:
            text = f"Topic already has {present} partition(s)."
        raise ApiError(ErrorCode.INVALID_PARTITIONS, text)
    added = _added_replicas(image, settings, request, charge)
    usable = _usable(image)
    steps: list[Step] = []
    for index, replicas in enumerate(added, start=present):
        state = _new_partition(usable, replicas)
        key = keys.partition(request.name, index)
        steps.append((Write(key, encode_partition(state, controller_epoch)),))
    everything = [partition.replicas for partition in topic.partitions] + added
    value = encode_topic(topic.topic_id, everything, moves_of(topic.partitions))
    steps.append((Write(keys.topic(request.name), value, topic.mod_rev),))
    return steps


def _added_replicas(
    image: MetadataImage, settings: TopicSettings, request: NewPartitions, charge: Charge
) -> list[Replicas]:
    partitions = image.topics[request.name].partitions
    first = partitions[0].replicas
    indices = range(len(partitions), request.count)
    _check_count(request, len(indices))
    charge(len(indices))
    if request.assignments is None:
        ring = _ring(image, len(first))
        start = next((n for n, b in enumerate(ring) if b.broker_id >= first[0]), 0)
        return place_replicas(
            ring,
            settings.placement,
            start=start,
            partitions=indices,
            replication_factor=len(first),
        )
    for index, replicas in zip(indices, request.assignments, strict=True):
        _check_assignment(image, index, replicas, len(first))
    return list(request.assignments)


def _check_count(request: NewPartitions, added: int) -> None:
    if request.assignments is not None and len(request.assignments) != added:
        raise ApiError(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            f"Attempted to add {added} additional partition(s), but only "
            f"{len(request.assignments)} assignment(s) were specified.",
        )


def delete_topics(
    image: MetadataImage, topic_ids: Sequence[bytes], charge: Charge = free_of_charge
) -> Plan[list[ApiError | None]]:
    """One outcome per topic, None when it is good. The ids must differ."""
    plan: Plan[list[ApiError | None]] = Plan([])
    for topic_id in topic_ids:
        topic = image.topics_by_id.get(topic_id)
        if topic is None:
            error = ApiError(ErrorCode.UNKNOWN_TOPIC_ID, "This server does not host this topic ID.")
            plan.result.append(error)
            continue
        try:
            charge(len(topic.partitions))
        except ApiError as error:
            plan.result.append(error)
            continue
        plan.steps.extend(_removal(topic))
        plan.result.append(None)
    return plan


def _removal(topic: TopicImage) -> list[Step]:
    """One step if it fits into a transaction, else with a note of what is still to be removed."""
    commit = [Write(keys.topic(topic.name), None, topic.mod_rev)]
    if topic.configs:
        commit.append(Write(keys.config((ConfigResourceType.TOPIC, topic.name)), None))
    states = _remove_states(topic.name, range(len(topic.partitions)))
    if len(commit) + len(states) <= MAX_TXN_OPS:
        return [(*commit, *(write for (write,) in states))]
    note = keys.deletion(topic.topic_id)
    return [(Write(note, b"{}"), *commit), *states, (Write(note, None),)]


def remove_orphans(image: MetadataImage) -> Plan[None]:
    """Clear what creations and deletions that were broken off have left."""
    plan = Plan(None)
    for name, states in image.orphans.items():
        plan.steps.extend(_remove_states(name, states))
    for topic_id in sorted(image.deletions):
        plan.steps.append((Write(keys.deletion(topic_id), None),))
    for kind, name in image.configs:
        if kind is ConfigResourceType.TOPIC and name not in image.topics:
            plan.steps.append((Write(keys.config((kind, name)), None),))
    return plan


def _remove_states(name: str, indices: Iterable[int]) -> list[tuple[Write]]:
    return [(Write(keys.partition(name, index), None),) for index in indices]

"""The metadata of the whole cluster as one immutable value.

The broker holds one image and swaps it for each batch of changes. Lookups are plain dict gets:
`image.topics.get(name)`, `image.topics_by_id.get(topic_id)`, `topic.partitions[index]`. Applying a
batch shares everything that it does not touch; it costs one copy of the dicts concerned and work
in proportion to the touched topics, never to all partitions.

Level-triggered: a batch says how keys are now, not what happened to them, so a delta is found by
comparing the old image with the new one. A topic that was deleted and created again within one
batch has another id and is listed as both.

The topic's key is the commit point of creation and deletion. Partition states without it (a
creation or deletion under way, or broken off) wait in `orphans` and are no topic.

Invariant: an image made from a snapshot equals the image made by applying every batch up to it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from wirekafka.metadata import keys
from wirekafka.metadata.client_quotas import (
    ClientQuotaEntity,
    ClientQuotas,
    decode_quotas,
    parse_quota_key,
)
from wirekafka.metadata.engine import Batch, Event, Snapshot
from wirekafka.metadata.keys import ConfigResource, ConfigResourceType
from wirekafka.metadata.model import (
    AT_REST,
    NO_LEADER,
    BrokerImage,
    Endpoint,
    Move,
    PartitionImage,
    TopicImage,
    TopicRecord,
    decode_broker,
    decode_configs,
    decode_partition,
    decode_topic,
    moves_of,
)
from wirekafka.metadata.scram_credentials import (
    CredentialKey,
    ScramCredentials,
    decode_credential,
    parse_credential_key,
)
from wirekafka.metadata.topic_names import collision_key

__all__ = [
    "BrokerImage",
    "Endpoint",
    "ImageDelta",
    "MetadataImage",
    "PartitionImage",
    "TopicImage",
]

_Key = TypeVar("_Key", bound=Hashable)

_NO_CONFIGS: Mapping[str, str] = {}


@dataclass(slots=True, frozen=True)
class ImageDelta:
    """What differs between two images. `changed` holds pairs of the old and the new topic."""

    created: tuple[TopicImage, ...] = ()
    changed: tuple[tuple[TopicImage, TopicImage], ...] = ()
    deleted: tuple[TopicImage, ...] = ()
    brokers: frozenset[int] = frozenset()
    configs: frozenset[ConfigResource] = frozenset()
    controller_changed: bool = False
    quotas_changed: frozenset[ClientQuotaEntity] = frozenset()
    scram_changed: frozenset[CredentialKey] = frozenset()

    def __bool__(self) -> bool:
        topics = self.created or self.changed or self.deleted
        users = self.quotas_changed or self.scram_changed
        others = self.brokers or self.configs or self.controller_changed
        return bool(topics or others or users)


@dataclass(slots=True, frozen=True)
class MetadataImage:
    """The cluster as of `revision`. Nobody changes the dicts of an image."""

    revision: int = 0
    cluster_id: str | None = None
    features: Mapping[str, int] = field(default_factory=dict)
    topics: Mapping[str, TopicImage] = field(default_factory=dict)
    topics_by_id: Mapping[bytes, TopicImage] = field(default_factory=dict)
    brokers: Mapping[int, BrokerImage] = field(default_factory=dict)
    configs: Mapping[ConfigResource, Mapping[str, str]] = field(default_factory=dict)
    client_quotas: ClientQuotas = field(default_factory=dict)
    scram_credentials: ScramCredentials = field(default_factory=dict)
    controller_id: int | None = None
    controller_epoch: int = 0
    controller_epoch_rev: int = 0
    registrations: Mapping[int, str] = field(default_factory=dict)
    """Broker id to the incarnation that the controller last took note of."""
    deletions: frozenset[bytes] = frozenset()
    """Ids of topics whose partition states are still being removed."""
    orphans: Mapping[str, Mapping[int, PartitionImage]] = field(default_factory=dict)
    """Partition states that belong to no topic, by topic name and partition."""
    collisions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Names of topics with '.' or '_', by the form in which the two are alike."""
    user_leaders: Mapping[int, int] = field(default_factory=dict)
    """How many partitions of user topics each broker leads."""

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot) -> MetadataImage:
        """The image of everything that a snapshot holds."""
        events = tuple(Event(key, item) for key, item in snapshot.items.items())
        image, _ = cls().apply(Batch(snapshot.revision, events))
        return image

    def apply(self, batch: Batch) -> tuple[MetadataImage, ImageDelta]:
        """The image after the batch, and what the batch changed."""
        draft = _Draft(self)
        for event in batch.events:
            draft.take(event)
        image = draft.finish(batch.revision)
        return image, _delta(self, image, draft.touched)

    def resync(self, snapshot: Snapshot) -> tuple[MetadataImage, ImageDelta]:
        """The image of a snapshot, and how it differs from this one."""
        image = MetadataImage.from_snapshot(snapshot)
        touched = _Touched()
        for one in (self, image):
            touched.topics.update(dict.fromkeys(one.topics))
            touched.resources.update(one.configs)
            touched.entities.update(one.client_quotas)
            touched.credentials.update(one.scram_credentials)
        return image, _delta(self, image, touched)

    def configs_of(self, kind: ConfigResourceType, name: str) -> Mapping[str, str]:
        """The configs that were set for a resource, none when nothing was."""
        return self.configs.get((kind, name), _NO_CONFIGS)


@dataclass(slots=True)
class _Touched:
    """What may differ between two images; topics in the order in which they were changed."""

    topics: dict[str, None] = field(default_factory=dict)
    resources: set[ConfigResource] = field(default_factory=set)
    entities: set[ClientQuotaEntity] = field(default_factory=set)
    credentials: set[CredentialKey] = field(default_factory=set)


class _Draft:
    """An image in the making: copies of what the events change."""

    def __init__(self, base: MetadataImage) -> None:
        self.base = base
        self.changes: dict[str, object] = {}
        self.records: dict[str, TopicRecord | None] = {}
        self.states: dict[str, dict[int, PartitionImage | None]] = {}
        self.touched = _Touched()

    def take(self, event: Event) -> None:
        key, item = event.key, event.item
        if key.startswith(keys.TOPICS):
            self._take_topic(event)
        elif key.startswith(keys.CONFIGS):
            self._take_config(event)
        elif key.startswith(keys.BROKERS):
            broker_id = int(key[len(keys.BROKERS) :])
            broker = decode_broker(broker_id, item.create_rev, item.value) if item else None
            self._put("brokers", broker_id, broker)
        elif key.startswith(keys.REGISTRATIONS):
            incarnation = json.loads(item.value)["incarnation"] if item else None
            self._put("registrations", int(key[len(keys.REGISTRATIONS) :]), incarnation)
        elif key.startswith(keys.QUOTAS):
            entity = parse_quota_key(key)
            self.touched.entities.add(entity)
            self._put("client_quotas", entity, decode_quotas(item.value) if item else None)
        elif key.startswith(keys.SCRAM):
            user = parse_credential_key(key)
            self.touched.credentials.add(user)
            self._put("scram_credentials", user, decode_credential(item.value) if item else None)
        elif key.startswith(keys.DELETIONS):
            deletions = self.changes.setdefault("deletions", set(self.base.deletions))
            assert isinstance(deletions, set)
            topic_id = bytes.fromhex(key[len(keys.DELETIONS) :].decode())
            (deletions.add if item else deletions.discard)(topic_id)
        else:
            self._take_single(event)

    def _take_topic(self, event: Event) -> None:
        item = event.item
        name, index = keys.parse_topic(event.key)
        self.touched.topics[name] = None
        if index is None:
            self.records[name] = decode_topic(item.value, item.mod_rev) if item else None
        else:
            old = self.base.topics.get(name)
            known = old is not None and index < len(old.partitions)
            replicas = old.partitions[index].replicas if old and known else ()
            state = decode_partition(item.value, item.mod_rev, replicas) if item else None
            self.states.setdefault(name, {})[index] = state

    def _take_config(self, event: Event) -> None:
        resource = keys.parse_config(event.key)
        self.touched.resources.add(resource)
        self._put("configs", resource, decode_configs(event.item.value) if event.item else None)
        if resource[0] is ConfigResourceType.TOPIC:
            self.touched.topics[resource[1]] = None

    def _take_single(self, event: Event) -> None:
        value = json.loads(event.item.value) if event.item else None
        if event.key == keys.CLUSTER_ID:
            self.changes["cluster_id"] = value
        elif event.key == keys.CLUSTER_VERSION:
            self.changes["features"] = value or {}
        elif event.key == keys.CONTROLLER:
            self.changes["controller_id"] = value["broker_id"] if value else None
        elif event.key == keys.CONTROLLER_EPOCH:
            self.changes["controller_epoch"] = value or 0
            self.changes["controller_epoch_rev"] = event.item.mod_rev if event.item else 0

    def _put(self, mapping: str, key: object, value: object) -> None:
        """Set, or with None remove, one entry of a mapping that is copied first."""
        entries = self.changes.get(mapping)
        if entries is None:
            entries = self.changes[mapping] = dict(getattr(self.base, mapping))
        assert isinstance(entries, dict)
        if value is None:
            entries.pop(key, None)
        else:
            entries[key] = value

    def finish(self, revision: int) -> MetadataImage:
        for name in self.touched.topics:
            self._finish_topic(name)
        if "deletions" in self.changes:
            self.changes["deletions"] = frozenset(self.changes["deletions"])  # type: ignore[call-overload]  # a set
        return replace(self.base, revision=revision, **self.changes)  # type: ignore[arg-type]  # by field name

    def _finish_topic(self, name: str) -> None:
        old = self.base.topics.get(name)
        states: dict[int, PartitionImage] = {}
        topic = self._updated_topic(old) if old else None
        if topic is None:
            states = self._states(name, old)
            topic = self._topic(name, old, states)
        if topic != old:
            self._put("topics", name, topic)
            self._put_by_id(old, topic)
            self._count_leaders(old, topic)
            if (key := collision_key(name)) is not None and (old is None or topic is None):
                names = self._get("collisions", key) or frozenset()
                assert isinstance(names, frozenset)
                self._put("collisions", key, (names | {name} if topic else names - {name}) or None)
        if states or name in self.base.orphans:
            self._put("orphans", name, states or None)

    def _updated_topic(self, old: TopicImage) -> TopicImage | None:
        """The topic when partitions that it has changed and nothing else did, else None.

        Elections are of this kind, in batches; each costs two copies of a tuple.
        """
        name = old.name
        if name in self.records or name in self.base.orphans:
            return None
        if (ConfigResourceType.TOPIC, name) in self.touched.resources:
            return None
        partitions = list(old.partitions)
        for index, state in self.states.get(name, {}).items():
            if state is None or index >= len(partitions):
                return None
            old_one = partitions[index]
            partitions[index] = _assigned(state, old_one.replicas, old_one.move)
        return replace(old, partitions=tuple(partitions))

    def _states(self, name: str, old: TopicImage | None) -> dict[int, PartitionImage]:
        """All partition states below the topic's name, whether they belong to a topic or not."""
        states = dict(enumerate(old.partitions)) if old else {}
        states.update(self.base.orphans.get(name, {}))
        for index, state in self.states.get(name, {}).items():
            if state is None:
                states.pop(index, None)
            else:
                states[index] = state
        return states

    def _topic(
        self, name: str, old: TopicImage | None, states: dict[int, PartitionImage]
    ) -> TopicImage | None:
        """Assemble a topic; takes its partitions out of `states` and leaves the orphans there."""
        record = self.records.get(name)
        if name not in self.records and old is not None:
            replicas_of_all = tuple(partition.replicas for partition in old.partitions)
            moves = moves_of(old.partitions)
            record = TopicRecord(old.topic_id, replicas_of_all, old.mod_rev, moves)
        if record is None:
            return None
        partitions = tuple(
            _assigned(states.pop(index, None), replicas, record.moves.get(index, AT_REST))
            for index, replicas in enumerate(record.replicas)
        )
        configs = self._get("configs", (ConfigResourceType.TOPIC, name)) or _NO_CONFIGS
        assert isinstance(configs, dict)
        return TopicImage(name, record.topic_id, partitions, configs, record.mod_rev)

    def _get(self, mapping: str, key: object) -> object:
        entries = self.changes.get(mapping, getattr(self.base, mapping))
        assert isinstance(entries, dict)
        return entries.get(key)

    def _put_by_id(self, old: TopicImage | None, new: TopicImage | None) -> None:
        if old is not None and (new is None or new.topic_id != old.topic_id):
            self._put("topics_by_id", old.topic_id, None)
        if new is not None:
            self._put("topics_by_id", new.topic_id, new)

    def _count_leaders(self, old: TopicImage | None, new: TopicImage | None) -> None:
        topic = new or old
        if topic is None or topic.internal:
            return
        counts = Counter(partition.leader for partition in new.partitions) if new else Counter()
        if old:
            counts.subtract(partition.leader for partition in old.partitions)
        for leader, count in counts.items():
            if count and leader != NO_LEADER:
                known = self._get("user_leaders", leader) or 0
                assert isinstance(known, int)
                self._put("user_leaders", leader, (known + count) or None)


def _assigned(
    state: PartitionImage | None, replicas: tuple[int, ...], move: Move
) -> PartitionImage:
    if state is None:
        # Only an engine that delivers the topic before its partitions gets here; the states follow.
        return PartitionImage(NO_LEADER, -1, (), replicas, partition_epoch=-1, move=move)
    if state.replicas == replicas and state.move == move:
        return state
    return replace(state, replicas=replicas, move=move)


def _delta(old: MetadataImage, new: MetadataImage, touched: _Touched) -> ImageDelta:
    """Compare two images; of what is listed in `touched` nothing else can differ."""
    created: list[TopicImage] = []
    changed: list[tuple[TopicImage, TopicImage]] = []
    deleted: list[TopicImage] = []
    for name in touched.topics:
        before, after = old.topics.get(name), new.topics.get(name)
        if before is after:
            continue
        if before and after and before.topic_id == after.topic_id:
            if before != after:
                changed.append((before, after))
            continue
        if before:
            deleted.append(before)
        if after:
            created.append(after)
    return ImageDelta(
        created=tuple(created),
        changed=tuple(changed),
        deleted=tuple(deleted),
        brokers=_differing(old.brokers, new.brokers, {**old.brokers, **new.brokers}),
        configs=_differing(old.configs, new.configs, touched.resources),
        controller_changed=old.controller_id != new.controller_id,
        quotas_changed=_differing(old.client_quotas, new.client_quotas, touched.entities),
        scram_changed=_differing(old.scram_credentials, new.scram_credentials, touched.credentials),
    )


def _differing(
    old: Mapping[_Key, object], new: Mapping[_Key, object], names: Iterable[_Key]
) -> frozenset[_Key]:
    return frozenset(name for name in names if old.get(name) != new.get(name))

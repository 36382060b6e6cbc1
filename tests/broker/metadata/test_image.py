"""The image: lookups, deltas, and that it does not matter how it came about."""

from __future__ import annotations

import sys
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from wirekafka.metadata import keys
from wirekafka.metadata.controller import Controller
from wirekafka.metadata.elections import ElectionType
from wirekafka.metadata.engine import Batch, Event, Item, Snapshot
from wirekafka.metadata.image import ImageDelta, MetadataImage
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.metadata.model import PartitionImage, encode_configs, encode_partition, encode_topic
from wirekafka.metadata.reassignments import Reassignment, ReassignmentRules
from wirekafka.metadata.topics import CreatedTopic, NewPartitions, NewTopic

World = Any  # of conftest.py, which tests cannot import
ID, OTHER_ID = b"a" * 16, b"b" * 16
STATE = encode_partition(PartitionImage(1, 0, (1,), ()), 1)


def topic_events(revision: int, topic_id: bytes = ID, partitions: int = 1) -> list[Event]:
    states = [
        Event(keys.partition("t", index), Item(STATE, revision, revision))
        for index in range(partitions)
    ]
    value = encode_topic(topic_id, [(1,)] * partitions)
    return [*states, Event(keys.topic("t"), Item(value, revision, revision))]


def image_with_topic() -> MetadataImage:
    return MetadataImage().apply(Batch(1, tuple(topic_events(1))))[0]


def test_partition_states_without_their_topic_are_no_topic() -> None:
    *states, topic = topic_events(1, partitions=2)
    image, delta = MetadataImage().apply(Batch(1, tuple(states)))
    assert not image.topics
    assert not delta
    image, delta = image.apply(Batch(2, (topic,)))
    assert [t.name for t in delta.created] == ["t"]
    assert image.topics["t"].partitions[1].leader == 1
    assert not image.orphans


def test_topic_before_its_partition_states_has_no_leaders_yet() -> None:
    *states, topic = topic_events(1)
    image, _ = MetadataImage().apply(Batch(1, (topic,)))
    assert image.topics["t"].partitions[0].leader == -1
    image, delta = image.apply(Batch(2, tuple(states)))
    assert delta.changed[0][1].partitions[0].leader == 1


def test_a_topic_recreated_within_one_batch_is_deleted_and_created() -> None:
    old = image_with_topic()
    image, delta = old.apply(Batch(2, tuple(topic_events(2, OTHER_ID))))
    assert [t.topic_id for t in delta.deleted] == [ID]
    assert [t.topic_id for t in delta.created] == [OTHER_ID]
    assert not delta.changed
    assert list(image.topics_by_id) == [OTHER_ID]


def test_a_changed_partition_shares_the_others_with_the_old_image() -> None:
    image, _ = MetadataImage().apply(Batch(1, tuple(topic_events(1, partitions=3))))
    event = Event(keys.partition("t", 1), Item(STATE.replace(b"1", b"2", 1), 1, 2))
    after, delta = image.apply(Batch(2, (event,)))
    old, new = delta.changed[0]
    same = [a is b for a, b in zip(old.partitions, new.partitions, strict=True)]
    assert same == [True, False, True]
    assert image.topics["t"] is old
    assert after.topics["t"] is new


def test_topic_configs_are_part_of_the_topic() -> None:
    value = encode_configs({"retention.ms": "1"})
    resource = (ConfigResourceType.TOPIC, "t")
    event = Event(keys.config(resource), Item(value, 2, 2))
    image, delta = image_with_topic().apply(Batch(2, (event,)))
    assert image.topics["t"].configs == {"retention.ms": "1"}
    assert delta.configs == {resource}
    assert len(delta.changed) == 1
    image, _ = image.apply(Batch(3, (Event(event.key, None),)))
    assert image.topics["t"].configs == {}


def test_an_unrelated_change_shares_all_topics() -> None:
    before = image_with_topic()
    event = Event(keys.config((ConfigResourceType.GROUP, "g")), Item(encode_configs({}), 2, 2))
    after, delta = before.apply(Batch(2, (event,)))
    assert after.topics is before.topics
    assert after.topics_by_id is before.topics_by_id
    assert delta == ImageDelta(configs=frozenset({(ConfigResourceType.GROUP, "g")}))


def test_a_new_epoch_of_a_present_broker_is_a_change(world: World) -> None:
    before = world.image
    item = world.items[keys.broker(1)]
    event = Event(keys.broker(1), Item(item.value, item.create_rev + 5, item.mod_rev + 5))
    after, delta = before.apply(Batch(before.revision + 5, (event,)))
    assert delta.brokers == {1}
    assert after.brokers[1].epoch == item.create_rev + 5


def test_resync_finds_what_was_missed() -> None:
    before = image_with_topic()
    events = topic_events(5, OTHER_ID)
    snapshot = Snapshot(7, {event.key: event.item for event in events if event.item})
    after, delta = before.resync(snapshot)
    assert [t.topic_id for t in delta.deleted] == [ID]
    assert [t.topic_id for t in delta.created] == [OTHER_ID]
    assert after.revision == 7
    assert after.resync(Snapshot(8, {}))[1].deleted == (after.topics["t"],)


def test_a_partition_costs_less_than_a_kibibyte() -> None:
    image, _ = MetadataImage().apply(Batch(1, tuple(topic_events(1, partitions=2))))
    first, second = image.topics["t"].partitions
    assert first.replicas is second.replicas
    assert first.isr is second.isr
    assert sys.getsizeof(first) < 300


class Cluster(RuleBasedStateMachine):
    """Random requests and broker comings and goings, against what must always hold."""

    names = st.sampled_from(["a", "b", "a.b", "a_b", "__consumer_offsets"])
    brokers = st.integers(1, 4)
    world_type: type[Any]

    @initialize()
    def found(self) -> None:
        self.world = self.world_type(brokers=(1, 2))
        self.controller = Controller(self.world.settings, 1)
        self.incarnations = 0
        self.epochs: dict[tuple[bytes, int], tuple[int, int, int]] = {}

    def settle(self) -> None:
        self.world.carry_out(self.controller.settle_brokers(self.world.image))

    @rule(name=names, partitions=st.integers(0, 5), factor=st.integers(0, 4))
    def create(self, name: str, partitions: int, factor: int) -> None:
        existed = name in self.world.image.topics
        plan = self.controller.create_topics(self.world.image, [NewTopic(name, partitions, factor)])
        self.world.carry_out(plan)
        assert isinstance(plan.result[0], CreatedTopic) <= (not existed)

    @rule(name=names, count=st.integers(1, 8))
    def grow(self, name: str, count: int) -> None:
        plan = self.controller.create_partitions(self.world.image, [NewPartitions(name, count)])
        self.world.carry_out(plan)
        if plan.result[0] is None:
            assert len(self.world.image.topics[name].partitions) == count

    @rule(name=names)
    def delete(self, name: str) -> None:
        topic = self.world.image.topics.get(name)
        topic_id = topic.topic_id if topic else bytes(16)
        plan = self.controller.delete_topics(self.world.image, [topic_id])
        self.world.carry_out(plan)
        assert (plan.result[0] is None) is (topic is not None)

    @rule(broker_id=brokers)
    def broker_up(self, broker_id: int) -> None:
        self.incarnations += 1
        self.world.register(broker_id, str(self.incarnations))
        self.settle()

    @precondition(lambda self: len(self.world.image.brokers) > 1)
    @rule(broker_id=brokers)
    def broker_down(self, broker_id: int) -> None:
        self.world.vanish(broker_id)
        self.settle()

    @rule(election=st.sampled_from(ElectionType))
    def elect(self, election: ElectionType) -> None:
        plan = self.controller.elect_leaders(self.world.image, election, None)
        self.world.carry_out(plan)

    @rule(name=names, index=st.integers(0, 3), to=st.none() | st.lists(brokers, max_size=3))
    def reassign(self, name: str, index: int, to: list[int] | None) -> None:
        asked = [Reassignment(name, index, None if to is None else tuple(to))]
        plan = self.controller.alter_reassignments(self.world.image, asked, ReassignmentRules())
        self.world.carry_out(plan)
        if plan.result == [None] and to is not None:
            partition = self.world.image.topics[name].partitions[index]
            assert partition.replicas[: len(to)] == tuple(to)
            assert set(partition.replicas) >= set(partition.isr)

    @invariant()
    def image_from_snapshot_equals_image_from_watch(self) -> None:
        image = self.world.image
        assert MetadataImage.from_snapshot(Snapshot(image.revision, self.world.items)) == image

    @invariant()
    def indexes_agree_with_the_topics(self) -> None:
        image = self.world.image
        assert {t.topic_id: t for t in image.topics.values()} == image.topics_by_id
        assert not image.orphans
        led: dict[int, int] = {}
        for topic in image.topics.values():
            for partition in topic.partitions:
                if not topic.internal and partition.leader != -1:
                    led[partition.leader] = led.get(partition.leader, 0) + 1
        assert led == image.user_leaders
        assert {n for names in image.collisions.values() for n in names} == {
            n for n in image.topics if "." in n or "_" in n
        }

    @invariant()
    def leaders_are_live_and_in_sync_and_epochs_never_go_back(self) -> None:
        image = self.world.image
        for topic in image.topics.values():
            for index, p in enumerate(topic.partitions):
                assert p.leader == -1 or (p.leader in p.isr and p.leader in image.brokers)
                assert p.isr
                assert set(p.isr) <= set(p.replicas)
                before = self.epochs.get((topic.topic_id, index), (0, 0, p.leader))
                assert p.leader_epoch >= before[0]
                assert p.partition_epoch >= before[1]
                assert p.leader_epoch > before[0] or p.leader == before[2]
                self.epochs[topic.topic_id, index] = (p.leader_epoch, p.partition_epoch, p.leader)


def test_whatever_happens_to_a_cluster(make_world: type[Any]) -> None:
    Cluster.world_type = make_world
    Cluster.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
    Cluster.TestCase("runTest").runTest()

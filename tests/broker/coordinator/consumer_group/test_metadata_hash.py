"""The hashes of topics and groups: those that Kafka 4.3.1 wrote into its log."""

from __future__ import annotations

from wirekafka.coordinator.assignors.spec import TopicSpec
from wirekafka.coordinator.consumer_group.cluster import FixedCluster
from wirekafka.coordinator.consumer_group.metadata_hash import MetadataHash, metadata_hash

TOPIC = TopicSpec(bytes.fromhex("4eda71050fc14f7592e043b74375c93b"), "c80996-s-t", 4)
OF_KAFKA = 1600467569197040665
"""Epoch 2 of a group that was subscribed to that topic alone."""


def test_a_group_of_one_topic_has_the_hash_that_kafka_wrote() -> None:
    assert metadata_hash(["c80996-s-t"], FixedCluster({TOPIC.name: TOPIC})) == OF_KAFKA


def test_topics_that_do_not_exist_count_for_nothing() -> None:
    cluster = FixedCluster({TOPIC.name: TOPIC})
    assert metadata_hash(["later", TOPIC.name], cluster) == OF_KAFKA
    assert metadata_hash(["later"], cluster) == 0
    assert metadata_hash([], cluster) == 0


def test_a_topic_that_changed_has_another_hash_at_once() -> None:
    hashes = MetadataHash()
    assert hashes.of([TOPIC.name], FixedCluster({TOPIC.name: TOPIC})) == OF_KAFKA
    grown = TopicSpec(TOPIC.topic_id, TOPIC.name, 5)
    assert hashes.of([TOPIC.name], FixedCluster({TOPIC.name: grown})) != OF_KAFKA


def test_racks_count() -> None:
    racks = tuple(frozenset({"a"}) for _ in range(4))
    moved = TopicSpec(TOPIC.topic_id, TOPIC.name, 4, racks)
    assert metadata_hash([TOPIC.name], FixedCluster({TOPIC.name: moved})) != OF_KAFKA

"""The hashes of topics and groups: those that Kafka 4.3.1 wrote into its log."""

from __future__ import annotations

import pytest

from wirekafka.coordinator.assignors.spec import TopicSpec
from wirekafka.coordinator.consumer_group.cluster import FixedCluster
from wirekafka.coordinator.consumer_group.metadata_hash import MetadataHash, metadata_hash
from wirekafka.coordinator.consumer_group.xxh3 import xxh3_64

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


OF_THE_LIBRARY = [
    (0, 0x2D06800538D394C2),
    (1, 0x13E608BC156DEFED),
    (3, 0xA9088DDA485B481C),
    (4, 0x6D9253B16C8B1ED3),
    (8, 0x60539DB630471163),
    (9, 0xFEFF668361D723A8),
    (16, 0xB8C859B0F030B585),
    (17, 0x714A04408E79B80F),
    (32, 0x19FF4EE1D6BA1A55),
    (33, 0x3E44983AD21679C8),
    (64, 0x287EB1FA9E4BE2C1),
    (65, 0x829218DE4D798646),
    (96, 0xF084E7CFBC624743),
    (97, 0x1DAA83271A8E7B7C),
    (128, 0x67425A03650261BF),
    (129, 0xC664BF3311C6ABC4),
    (144, 0x606A17FA700BB932),
    (240, 0x64556DC6B462A6CF),
    (241, 0x8BEADD3A8874FE17),
    (1024, 0x9B81661C641C72B1),
    (1025, 0x806C2072ED713576),
    (2048, 0xABE604813BA62ED1),
    (5000, 0x799AADDD7339581D),
]
"""Length and hash of the bytes 3, 10, 17, ..., made with the library that Kafka uses."""


@pytest.mark.parametrize(("length", "expected"), OF_THE_LIBRARY)
def test_xxh3_is_right_for_every_class_of_lengths(length: int, expected: int) -> None:
    data = bytes((index * 7 + 3) % 256 for index in range(length))
    assert xxh3_64(data) == expected

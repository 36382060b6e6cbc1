"""What the broker refuses, and the error that the client raises for it."""

from __future__ import annotations

from confluent_kafka import KafkaError, TopicPartition
from confluent_kafka.admin import NewPartitions, NewTopic, OffsetSpec

from ..python.scenario import Broker, equal
from .kit import (
    WAIT_S,
    admin_client,
    error,
    fill,
    new_topic,
    poll,
    producer_client,
    reader,
    send,
    values,
)


def _create(broker: Broker, topic: NewTopic) -> None:
    admin_client(broker).create_topics([topic])[topic.topic].result(WAIT_S)


def unknown_topic_without_auto_creation(broker: Broker) -> None:
    """Without auto creation, sending to an unknown topic fails and does not make it."""
    topic = broker.name()
    producer = producer_client(
        broker, allow_auto_create_topics=False, topic_metadata_propagation_max_ms=100
    )
    with error(KafkaError.UNKNOWN_TOPIC_OR_PART):
        send(producer, topic, b"x")
    assert topic not in producer.list_topics(timeout=WAIT_S).topics, "the topic was made"


def unknown_topic_is_created_by_a_producer(broker: Broker) -> None:
    """With auto creation the first record makes the topic and is in it."""
    topic = broker.name()
    found = send(producer_client(broker), topic, b"x")[0]
    equal((found.partition(), found.offset()), (0, 0), "place")
    equal(values(poll(reader(broker, topic), 1)), "x")


def unknown_partition(broker: Broker) -> None:
    """A partition that is not there is refused from the broker's metadata."""
    topic = new_topic(broker, 2)
    with error(KafkaError._UNKNOWN_PARTITION):
        fill(broker, topic, 1, partition=2)


def topic_that_exists(broker: Broker) -> None:
    """A topic that exists is not created: TOPIC_ALREADY_EXISTS."""
    topic = new_topic(broker)
    with error(KafkaError.TOPIC_ALREADY_EXISTS):
        _create(broker, NewTopic(topic, 1, 1))


def topic_with_an_invalid_name(broker: Broker) -> None:
    """Names that are dots, too long or have other letters: INVALID_TOPIC_EXCEPTION."""
    for name in (".", "..", "a b", "ä", "a/b", "a" * 250):
        with error(KafkaError.TOPIC_EXCEPTION):
            _create(broker, NewTopic(name, 1, 1))


def topic_with_too_many_replicas(broker: Broker) -> None:
    """More replicas than brokers: INVALID_REPLICATION_FACTOR."""
    with error(KafkaError.INVALID_REPLICATION_FACTOR):
        _create(broker, NewTopic(broker.name(), 1, 99))


def topic_with_an_invalid_config(broker: Broker) -> None:
    """A config that is unknown or has a wrong value: INVALID_CONFIG."""
    for config in ({"no.such": "1"}, {"retention.ms": "x"}, {"cleanup.policy": "y"}):
        with error(KafkaError.INVALID_CONFIG):
            _create(broker, NewTopic(broker.name(), 1, 1, config=config))


def fewer_partitions(broker: Broker) -> None:
    """A topic cannot get fewer partitions: INVALID_PARTITIONS."""
    topic = new_topic(broker, 3)
    with error(KafkaError.INVALID_PARTITIONS):
        answer = admin_client(broker).create_partitions([NewPartitions(topic, 2)])
        answer[topic].result(WAIT_S)


def delete_an_unknown_topic(broker: Broker) -> None:
    """An unknown topic cannot be deleted: UNKNOWN_TOPIC_OR_PARTITION."""
    topic = broker.name()
    with error(KafkaError.UNKNOWN_TOPIC_OR_PART):
        admin_client(broker).delete_topics([topic])[topic].result(WAIT_S)


def delete_records_behind_the_end(broker: Broker) -> None:
    """Records behind the end cannot be deleted: OFFSET_OUT_OF_RANGE."""
    part = TopicPartition(new_topic(broker), 0, 100)
    with error(KafkaError.OFFSET_OUT_OF_RANGE):
        admin_client(broker).delete_records([part])[part].result(WAIT_S)


def offsets_of_an_unknown_topic(broker: Broker) -> None:
    """The offsets of an unknown topic are refused: the broker knows no leader for it."""
    part = TopicPartition(broker.name(), 0)
    with error(KafkaError._NOENT):
        admin_client(broker).list_offsets({part: OffsetSpec.latest()})[part].result(WAIT_S)


def record_that_is_too_old(broker: Broker) -> None:
    """A record older than message.timestamp.before.max.ms allows: INVALID_TIMESTAMP."""
    topic = new_topic(broker, message_timestamp_before_max_ms="60000")
    with error(KafkaError.INVALID_TIMESTAMP):
        send(producer_client(broker), topic, b"x", timestamp=1_700_000_000_000)

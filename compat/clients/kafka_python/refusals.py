"""What the broker refuses, and the error that the client raises for it."""

from __future__ import annotations

from kafka import TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import (
    InvalidConfigurationError,
    InvalidPartitionsError,
    InvalidReplicationFactorError,
    InvalidTimestampError,
    InvalidTopicError,
    OffsetOutOfRangeError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
)

from ..python.scenario import Broker, equal, refused
from .kit import (
    WAIT_S,
    admin_client,
    consumer_client,
    fill,
    new_topic,
    poll,
    producer_client,
    reader,
    values,
)


def unknown_topic_described(broker: Broker) -> None:
    """Describing an unknown topic: UNKNOWN_TOPIC_OR_PARTITION, and it is not made."""
    topic, admin = broker.name(), admin_client(broker)
    equal([entry["error_code"] for entry in admin.describe_topics([topic])], [3], "errors")
    assert topic not in admin.list_topics(), "the topic was made"


def unknown_topic_is_created_by_a_producer(broker: Broker) -> None:
    """With auto creation the first record makes the topic and is in it."""
    topic = broker.name()
    place = producer_client(broker).send(topic, b"x").get(WAIT_S)
    equal((place.partition, place.offset), (0, 0), "place")
    equal(values(poll(reader(broker, topic), 1)), "x")


def unknown_topic_is_created_by_a_consumer(broker: Broker) -> None:
    """With auto creation a consumer makes the topic that it subscribes to."""
    topic = broker.name()
    client = consumer_client(broker, topic, group_id=broker.name("group"), metadata_max_age_ms=500)
    client.poll(500)
    fill(broker, topic, 1)
    equal(values(poll(client, 1)), "0")


def topic_that_exists(broker: Broker) -> None:
    """A topic that exists is not created: TOPIC_ALREADY_EXISTS."""
    with refused(TopicAlreadyExistsError):
        admin_client(broker).create_topics([new_topic(broker)])


def topic_with_an_invalid_name(broker: Broker) -> None:
    """Names that are empty, dots, too long or have other letters: INVALID_TOPIC_EXCEPTION."""
    admin = admin_client(broker)
    for name in ("", ".", "..", "a b", "ä", "a/b", "a" * 250):
        with refused(InvalidTopicError):
            admin.create_topics([name])


def topic_with_too_many_replicas(broker: Broker) -> None:
    """More replicas than brokers: INVALID_REPLICATION_FACTOR."""
    with refused(InvalidReplicationFactorError):
        admin_client(broker).create_topics({broker.name(): {"replication_factor": 99}})


def topic_without_partitions(broker: Broker) -> None:
    """No partitions: INVALID_PARTITIONS."""
    with refused(InvalidPartitionsError):
        admin_client(broker).create_topics({broker.name(): {"num_partitions": 0}})


def topic_with_an_invalid_config(broker: Broker) -> None:
    """A config that is unknown or has a wrong value: INVALID_CONFIG."""
    admin = admin_client(broker)
    for configs in ({"no.such": "1"}, {"retention.ms": "x"}, {"cleanup.policy": "y"}):
        with refused(InvalidConfigurationError):
            admin.create_topics({broker.name(): {"configs": configs}})


def fewer_partitions(broker: Broker) -> None:
    """A topic cannot get fewer partitions: INVALID_PARTITIONS."""
    with refused(InvalidPartitionsError):
        admin_client(broker).create_partitions({new_topic(broker, 3): 2})


def delete_an_unknown_topic(broker: Broker) -> None:
    """An unknown topic cannot be deleted: UNKNOWN_TOPIC_OR_PARTITION."""
    with refused(UnknownTopicOrPartitionError):
        admin_client(broker).delete_topics([broker.name()])


def delete_records_behind_the_end(broker: Broker) -> None:
    """Records behind the end cannot be deleted: OFFSET_OUT_OF_RANGE."""
    part = TopicPartition(new_topic(broker), 0)
    with refused(OffsetOutOfRangeError):
        admin_client(broker).delete_records({part: 100})


def offsets_of_an_unknown_topic(broker: Broker) -> None:
    """The offsets of an unknown topic are UNKNOWN_TOPIC_OR_PARTITION."""
    part = TopicPartition(broker.name(), 0)
    with refused(UnknownTopicOrPartitionError):
        admin_client(broker).list_partition_offsets({part: OffsetSpec.LATEST})


def record_that_is_too_old(broker: Broker) -> None:
    """A record older than message.timestamp.before.max.ms allows: INVALID_TIMESTAMP."""
    topic = new_topic(broker, message_timestamp_before_max_ms="60000")
    with refused(InvalidTimestampError):
        producer_client(broker).send(topic, b"x", timestamp_ms=1_700_000_000_000).get(WAIT_S)

"""What the broker refuses, and the error that the client raises for it."""

from __future__ import annotations

from aiokafka import TopicPartition
from aiokafka.admin import NewPartitions, NewTopic, RecordsToDelete
from aiokafka.errors import InvalidPartitionsError, OffsetOutOfRangeError

from ..python.scenario import Broker, equal, refused
from .kit import (
    admin_client,
    consumer_client,
    fill,
    new_topic,
    poll,
    producer_client,
    reader,
    values,
)


async def _refused_topic(broker: Broker, topic: NewTopic, code: int) -> None:
    answer = await (await admin_client(broker)).create_topics([topic])
    equal(answer.topic_errors[0][1], code, f"error of {topic.name!r}")


async def unknown_topic_is_created_by_a_producer(broker: Broker) -> None:
    """With auto creation the first record makes the topic and is in it."""
    topic = broker.name()
    place = await (await producer_client(broker)).send_and_wait(topic, b"x")
    equal((place.partition, place.offset), (0, 0), "place")
    equal(values(await poll(await reader(broker, topic), 1)), "x")


async def unknown_topic_is_created_by_a_consumer(broker: Broker) -> None:
    """With auto creation a consumer makes the topic that it subscribes to."""
    topic = broker.name()
    client = await consumer_client(
        broker, topic, group_id=broker.name("group"), metadata_max_age_ms=500
    )
    await fill(broker, topic, 1)
    equal(values(await poll(client, 1)), "0")


async def topic_that_exists(broker: Broker) -> None:
    """A topic that exists is not created: TOPIC_ALREADY_EXISTS."""
    await _refused_topic(broker, NewTopic(await new_topic(broker), 1, 1), 36)


async def topic_with_an_invalid_name(broker: Broker) -> None:
    """Names that are empty, dots, too long or have other letters: INVALID_TOPIC_EXCEPTION."""
    for name in ("", ".", "..", "a b", "ä", "a/b", "a" * 250):
        await _refused_topic(broker, NewTopic(name, 1, 1), 17)


async def topic_with_too_many_replicas(broker: Broker) -> None:
    """More replicas than brokers: INVALID_REPLICATION_FACTOR."""
    await _refused_topic(broker, NewTopic(broker.name(), 1, 99), 38)


async def topic_without_partitions(broker: Broker) -> None:
    """No partitions: INVALID_PARTITIONS."""
    await _refused_topic(broker, NewTopic(broker.name(), 0, 1), 37)


async def topic_with_an_invalid_config(broker: Broker) -> None:
    """A config that is unknown or has a wrong value: INVALID_CONFIG."""
    for configs in ({"no.such": "1"}, {"retention.ms": "x"}, {"cleanup.policy": "y"}):
        await _refused_topic(broker, NewTopic(broker.name(), 1, 1, topic_configs=configs), 40)


async def fewer_partitions(broker: Broker) -> None:
    """A topic cannot get fewer partitions: INVALID_PARTITIONS."""
    topic = await new_topic(broker, 3)
    with refused(InvalidPartitionsError):
        await (await admin_client(broker)).create_partitions({topic: NewPartitions(2)})


async def delete_an_unknown_topic(broker: Broker) -> None:
    """An unknown topic cannot be deleted: UNKNOWN_TOPIC_OR_PARTITION."""
    answer = await (await admin_client(broker)).delete_topics([broker.name()])
    equal(answer.topic_error_codes[0][1], 3, "error")


async def delete_records_behind_the_end(broker: Broker) -> None:
    """Records behind the end cannot be deleted: OFFSET_OUT_OF_RANGE."""
    part = TopicPartition(await new_topic(broker), 0)
    with refused(OffsetOutOfRangeError):
        await (await admin_client(broker)).delete_records({part: RecordsToDelete(100)})

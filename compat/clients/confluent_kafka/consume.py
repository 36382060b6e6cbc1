"""Consuming: assigned and subscribed, seeking, times, limits, offsets out of range."""

from __future__ import annotations

import re

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, KafkaError, TopicPartition

from ..python.scenario import Broker, equal, until
from .kit import (
    WAIT_S,
    consumer_client,
    error,
    fill,
    member,
    new_topic,
    poll,
    producer_client,
    reader,
    send,
    values,
)

BASE_MS = 1_700_000_000_000


def consume_assigned(broker: Broker) -> None:
    """A consumer reads the partitions that it is assigned, in order."""
    topic = new_topic(broker, 2)
    fill(broker, topic, 3, partition=1)
    client = reader(broker, topic, 2)
    found = [(message.partition(), message.offset()) for message in poll(client, 3)]
    equal(found, [(1, 0), (1, 1), (1, 2)], "records")
    equal(client.position([TopicPartition(topic, 1)])[0].offset, 3, "position")


def consume_subscribed(broker: Broker) -> None:
    """A consumer that subscribes gets all partitions of the topic and reads them."""
    topic = new_topic(broker, 3)
    fill(broker, topic, 30)
    client = member(broker, topic, broker.name("group"))
    equal(len(poll(client, 30)), 30, "records")
    equal(sorted(part.partition for part in client.assignment()), [0, 1, 2], "partitions")


def consume_by_pattern(broker: Broker) -> None:
    """A pattern subscribes to the topics that match it, and to no others."""
    topic = new_topic(broker)
    fill(broker, topic, 1)
    client = member(broker, f"^{re.escape(topic)}.*", broker.name("group"))
    equal([message.topic() for message in poll(client, 1)], [topic], "topics")
    equal({part.topic for part in client.assignment()}, {topic}, "assignment")


def consume_newly_matching_topic(broker: Broker) -> None:
    """A topic that is made later and matches the pattern is read as well."""
    topic = new_topic(broker)
    pattern = f"^{re.escape(topic)}.*"
    settings = {"topic_metadata_refresh_interval_ms": 500}
    client = member(broker, pattern, broker.name("group"), **settings)
    until(lambda: client.poll(0.1) is None and client.assignment(), "an assignment")
    later = f"{topic}-later"
    send(producer_client(broker), later, b"x")
    equal(poll(client, 1)[0].topic(), later, "topic")


def assign_more_and_less(broker: Broker) -> None:
    """Partitions are added to an assignment and taken from it."""
    topic = new_topic(broker, 2)
    for number in range(2):
        fill(broker, topic, 1, partition=number)
    client = consumer_client(broker)
    client.incremental_assign([TopicPartition(topic, 0, 0)])
    equal([message.partition() for message in poll(client, 1)], [0], "partitions")
    client.incremental_assign([TopicPartition(topic, 1, 0)])
    equal([message.partition() for message in poll(client, 1)], [1], "partitions")
    client.incremental_unassign([TopicPartition(topic, 0)])
    equal([part.partition for part in client.assignment()], [1], "assignment")


def seek_to_an_offset(broker: Broker) -> None:
    """After a seek the record at that offset comes next."""
    topic = new_topic(broker)
    fill(broker, topic, 10)
    client = reader(broker, topic)
    poll(client, 10)
    client.seek(TopicPartition(topic, 0, 7))
    equal(values(poll(client, 3)), "7 8 9")


def seek_to_the_beginning(broker: Broker) -> None:
    """After a seek to the beginning the first record comes next."""
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = reader(broker, topic)
    poll(client, 3)
    client.seek(TopicPartition(topic, 0, OFFSET_BEGINNING))
    equal(values(poll(client, 3)), "0 1 2")


def seek_to_the_end(broker: Broker) -> None:
    """Assigned at the end, only what is produced later comes."""
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = consumer_client(broker, enable_partition_eof=True)
    client.assign([TopicPartition(topic, 0, OFFSET_END)])
    with error(KafkaError._PARTITION_EOF):
        poll(client, 1)
    fill(broker, topic, 1)
    equal([message.offset() for message in poll(client, 1)], [3], "offsets")


def seek_to_a_time(broker: Broker) -> None:
    """A time leads to the first record that is not older; there is none after the last one."""
    topic = new_topic(broker)
    producer = producer_client(broker)
    for number in range(10):
        send(producer, topic, str(number).encode(), timestamp=BASE_MS + number * 1000)
    client = reader(broker, topic)
    asked = [TopicPartition(topic, 0, BASE_MS + 3500)]
    found = client.offsets_for_times(asked, timeout=WAIT_S)[0]
    equal(found.offset, 4, "offset")
    late = client.offsets_for_times([TopicPartition(topic, 0, BASE_MS + 60_000)], timeout=WAIT_S)
    equal(late[0].offset, OFFSET_END, "offset after the last record")
    client.assign([found])
    equal(values(poll(client, 6)), "4 5 6 7 8 9")


def the_end_of_a_partition(broker: Broker) -> None:
    """The end of a partition is told when it is reached."""
    topic = new_topic(broker)
    fill(broker, topic, 2)
    client = reader(broker, topic, enable_partition_eof=True)
    equal(values(poll(client, 2)), "0 1")
    with error(KafkaError._PARTITION_EOF):
        poll(client, 1)


def watermarks(broker: Broker) -> None:
    """The first offset and the one behind the last are told, and cached from fetches."""
    topic = new_topic(broker)
    fill(broker, topic, 5)
    client, part = reader(broker, topic), TopicPartition(topic, 0)
    equal(client.get_watermark_offsets(part, timeout=WAIT_S), (0, 5), "watermarks")
    poll(client, 5)
    equal(client.get_watermark_offsets(part, cached=True)[1], 5, "cached end")


def read_committed_without_transactions(broker: Broker) -> None:
    """With read_committed and without it, records outside of transactions come as ever."""
    topic = new_topic(broker)
    fill(broker, topic, 3)
    for level in ("read_committed", "read_uncommitted"):
        equal(values(poll(reader(broker, topic, isolation_level=level), 3)), "0 1 2", level)


def message_larger_than_the_fetch_limit(broker: Broker) -> None:
    """A message larger than every limit of the fetch comes all the same, one at a time."""
    topic = new_topic(broker)
    producer = producer_client(broker)
    for letter in (b"a", b"b"):
        send(producer, topic, letter * 50_000)
    limits = {"message_max_bytes": 1000, "fetch_max_bytes": 1000, "max_partition_fetch_bytes": 1000}
    client = reader(broker, topic, **limits)
    equal([len(message.value() or b"") for message in poll(client, 2)], [50_000] * 2, "sizes")


def pause_and_resume(broker: Broker) -> None:
    """A paused partition gives nothing until it is resumed; others go on."""
    topic = new_topic(broker, 2)
    for number in range(2):
        fill(broker, topic, 2, partition=number)
    client = reader(broker, topic, 2)
    client.pause([TopicPartition(topic, 0)])
    equal({message.partition() for message in poll(client, 2)}, {1}, "partitions")
    equal(client.poll(0.3), None, "while paused")
    client.resume([TopicPartition(topic, 0)])
    equal({message.partition() for message in poll(client, 2)}, {0}, "partitions")


def topics_of_the_cluster(broker: Broker) -> None:
    """A consumer sees all topics, their partitions, and the brokers."""
    topic = new_topic(broker, 3)
    found = consumer_client(broker).list_topics(timeout=WAIT_S)
    equal(sorted(found.topics[topic].partitions), [0, 1, 2], "partitions")
    nodes = {f"{node.host}:{node.port}" for node in found.brokers.values()}
    assert broker.bootstrap in nodes, nodes


def out_of_range_resets_to_the_earliest(broker: Broker) -> None:
    """An offset behind the end begins again with auto.offset.reset=earliest."""
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = consumer_client(broker, auto_offset_reset="earliest")
    client.assign([TopicPartition(topic, 0, 100)])
    equal(values(poll(client, 3)), "0 1 2")


def out_of_range_resets_to_the_latest(broker: Broker) -> None:
    """An offset behind the end goes to the end with auto.offset.reset=latest."""
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = consumer_client(broker, auto_offset_reset="latest", enable_partition_eof=True)
    client.assign([TopicPartition(topic, 0, 100)])
    with error(KafkaError._PARTITION_EOF):
        poll(client, 1)
    fill(broker, topic, 1)
    equal([message.offset() for message in poll(client, 1)], [3], "offsets")


def out_of_range_without_a_reset(broker: Broker) -> None:
    """An offset behind the end is an error with auto.offset.reset=error."""
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = consumer_client(broker, auto_offset_reset="error")
    client.assign([TopicPartition(topic, 0, 100)])
    with error(KafkaError._AUTO_OFFSET_RESET):
        poll(client, 1)


def consume_without_auto_creation(broker: Broker) -> None:
    """A consumer that may not create topics hears that a topic is unknown."""
    topic = broker.name()
    client = member(broker, topic, broker.name("group"))
    with error(KafkaError.UNKNOWN_TOPIC_OR_PART):
        poll(client, 1)
    assert topic not in client.list_topics(timeout=WAIT_S).topics, "the topic was made"

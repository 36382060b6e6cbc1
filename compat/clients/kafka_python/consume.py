"""Consuming: assigned and subscribed, seeking, times, limits, offsets out of range."""

from __future__ import annotations

import re

from kafka import TopicPartition
from kafka.errors import OffsetOutOfRangeError

from ..python.scenario import Broker, equal, refused, until
from .kit import (
    WAIT_S,
    consumer_client,
    fill,
    joined,
    new_topic,
    poll,
    producer_client,
    reader,
    values,
)

BASE_MS = 1_700_000_000_000


def consume_assigned(broker: Broker) -> None:
    """A consumer without a group reads the partitions that it is assigned, in order."""
    topic = new_topic(broker, 2)
    fill(broker, topic, 3, partition=1)
    client = reader(broker, topic, 2)
    found = poll(client, 3)
    equal([(record.partition, record.offset) for record in found], [(1, 0), (1, 1), (1, 2)])
    equal(client.position(TopicPartition(topic, 1)), 3, "position")


def consume_subscribed(broker: Broker) -> None:
    """A consumer that subscribes gets all partitions of the topic and reads them."""
    topic = new_topic(broker, 3)
    fill(broker, topic, 30)
    client = consumer_client(broker, topic, group_id=broker.name("group"))
    equal(len(poll(client, 30)), 30, "records")
    equal(client.assignment(), {TopicPartition(topic, number) for number in range(3)})


def consume_by_pattern(broker: Broker) -> None:
    """A pattern subscribes to the topics that match it, and to no others."""
    prefix = new_topic(broker)
    fill(broker, prefix, 1)
    client = consumer_client(broker, group_id=broker.name("group"))
    client.subscribe(pattern=f"^{re.escape(prefix)}.*")
    equal([record.topic for record in poll(client, 1)], [prefix], "topics")
    equal(client.subscription(), {prefix}, "subscription")


def consume_newly_matching_topic(broker: Broker) -> None:
    """A topic that is made later and matches the pattern is read as well."""
    prefix = new_topic(broker)
    group = broker.name("group")
    client = consumer_client(broker, group_id=group, metadata_max_age_ms=500)
    client.subscribe(pattern=f"^{re.escape(prefix)}.*")
    joined(client)
    later = f"{prefix}-later"
    producer_client(broker).send(later, b"x").get(WAIT_S)
    equal(poll(client, 1)[0].topic, later, "topic")


def seek_to_an_offset(broker: Broker) -> None:
    """After a seek the record at that offset comes next."""
    topic = new_topic(broker)
    fill(broker, topic, 10)
    client = reader(broker, topic)
    poll(client, 10)
    client.seek(TopicPartition(topic, 0), 7)
    equal(values(poll(client, 3)), "7 8 9")


def seek_to_the_beginning(broker: Broker) -> None:
    """After a seek to the beginning the first record comes next."""
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = reader(broker, topic)
    poll(client, 3)
    client.seek_to_beginning()
    equal(values(poll(client, 3)), "0 1 2")


def seek_to_the_end(broker: Broker) -> None:
    """After a seek to the end only what is produced later comes."""
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = reader(broker, topic)
    client.seek_to_end()
    equal(client.position(TopicPartition(topic, 0)), 3, "position")
    fill(broker, topic, 1)
    equal([record.offset for record in poll(client, 1)], [3], "offsets")


def _with_times(broker: Broker, partition: int = 0) -> tuple[str, TopicPartition]:
    topic = new_topic(broker)
    producer = producer_client(broker)
    for number in range(10):
        time_ms = BASE_MS + number * 1000
        producer.send(topic, str(number).encode(), timestamp_ms=time_ms).get(WAIT_S)
    return topic, TopicPartition(topic, partition)


def seek_to_a_time(broker: Broker) -> None:
    """A time leads to the first record that is not older."""
    topic, part = _with_times(broker)
    client = reader(broker, topic)
    found = client.offsets_for_times({part: BASE_MS + 3500})[part]
    equal((found.offset, found.timestamp), (4, BASE_MS + 4000), "offset and time")
    client.seek(part, found.offset)
    equal(values(poll(client, 6)), "4 5 6 7 8 9")


def time_after_the_last_record(broker: Broker) -> None:
    """There is no offset for a time after the last record."""
    topic, part = _with_times(broker)
    equal(reader(broker, topic).offsets_for_times({part: BASE_MS + 60_000}), {part: None})


def beginning_and_end_offsets(broker: Broker) -> None:
    """The first offset and the one behind the last are told; the end is that of the fetch, too."""
    topic = new_topic(broker, 2)
    fill(broker, topic, 5, partition=0)
    client = reader(broker, topic, 2)
    parts = [TopicPartition(topic, number) for number in range(2)]
    equal(client.beginning_offsets(parts), {parts[0]: 0, parts[1]: 0}, "beginnings")
    equal(client.end_offsets(parts), {parts[0]: 5, parts[1]: 0}, "ends")
    poll(client, 5)
    equal(client.highwater(parts[0]), 5, "high watermark")


def read_committed_without_transactions(broker: Broker) -> None:
    """With read_committed, records outside of transactions come as ever."""
    topic = new_topic(broker)
    fill(broker, topic, 5)
    client = reader(broker, topic, isolation_level="read_committed")
    equal(values(poll(client, 5)), "0 1 2 3 4")
    equal(client.end_offsets([TopicPartition(topic, 0)]), {TopicPartition(topic, 0): 5}, "ends")


def message_larger_than_the_fetch_limit(broker: Broker) -> None:
    """A message larger than every limit of the fetch comes all the same, one at a time."""
    topic = new_topic(broker)
    producer = producer_client(broker)
    for letter in (b"a", b"b"):
        producer.send(topic, letter * 50_000).get(WAIT_S)
    client = reader(broker, topic, max_partition_fetch_bytes=1000, fetch_max_bytes=2000)
    equal([len(record.value) for record in poll(client, 2)], [50_000, 50_000], "sizes")


def pause_and_resume(broker: Broker) -> None:
    """A paused partition gives nothing until it is resumed; others go on."""
    topic = new_topic(broker, 2)
    fill(broker, topic, 2, partition=0)
    fill(broker, topic, 2, partition=1)
    client = reader(broker, topic, 2)
    client.pause(TopicPartition(topic, 0))
    equal({record.partition for record in poll(client, 2)}, {1}, "partitions")
    equal(client.poll(300), {}, "while paused")
    client.resume(TopicPartition(topic, 0))
    equal({record.partition for record in poll(client, 2)}, {0}, "partitions")


def limit_of_records_per_poll(broker: Broker) -> None:
    """With max_poll_records=2 a poll returns two records, and none is lost."""
    topic = new_topic(broker)
    fill(broker, topic, 5)
    client = reader(broker, topic, max_poll_records=2)
    sizes: list[int] = []
    while sum(sizes) < 5:
        sizes += [len(records) for records in client.poll(500).values()]
    equal(sizes, [2, 2, 1], "records per poll")


def topics_of_the_cluster(broker: Broker) -> None:
    """A consumer sees all topics and their partitions."""
    topic = new_topic(broker, 3)
    client = consumer_client(broker)
    assert topic in client.topics(), "the topic is not among the topics"
    equal(client.partitions_for_topic(topic), {0, 1, 2}, "partitions")


def consume_without_fetch_sessions(broker: Broker) -> None:
    """A consumer that wants no fetch session reads as well."""
    topic = new_topic(broker, 2)
    fill(broker, topic, 4, partition=1)
    client = reader(broker, topic, 2, enable_incremental_fetch_sessions=False)
    equal(values(poll(client, 4)), "0 1 2 3")


def out_of_range_resets_to_the_earliest(broker: Broker) -> None:
    """An offset behind the end begins again with auto_offset_reset=earliest."""
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = reader(broker, topic, auto_offset_reset="earliest")
    client.seek(TopicPartition(topic, 0), 100)
    equal(values(poll(client, 3)), "0 1 2")


def out_of_range_resets_to_the_latest(broker: Broker) -> None:
    """An offset behind the end goes to the end with auto_offset_reset=latest."""
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = reader(broker, topic, auto_offset_reset="latest")
    part = TopicPartition(topic, 0)
    client.seek(part, 100)
    until(lambda: client.poll(100) == {} and client.position(part) == 3, "position 3")


def out_of_range_without_a_reset(broker: Broker) -> None:
    """An offset behind the end is OFFSET_OUT_OF_RANGE with auto_offset_reset=none."""
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = reader(broker, topic, auto_offset_reset="none")
    client.seek(TopicPartition(topic, 0), 100)
    with refused(OffsetOutOfRangeError):
        until(lambda: client.poll(200), "anything", 5)

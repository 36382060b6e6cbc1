"""Consuming: assigned and subscribed, seeking, times, limits, offsets out of range."""

from __future__ import annotations

import asyncio
import re

from aiokafka import TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from ..python.scenario import Broker, equal, refused
from .kit import consumer_client, fill, new_topic, poll, producer_client, reader, until, values

BASE_MS = 1_700_000_000_000


async def consume_assigned(broker: Broker) -> None:
    """A consumer without a group reads the partitions that it is assigned, in order."""
    topic = await new_topic(broker, 2)
    await fill(broker, topic, 3, partition=1)
    client = await reader(broker, topic, 2)
    found = await poll(client, 3)
    equal([(record.partition, record.offset) for record in found], [(1, 0), (1, 1), (1, 2)])
    equal(await client.position(TopicPartition(topic, 1)), 3, "position")


async def consume_subscribed(broker: Broker) -> None:
    """A consumer that subscribes gets all partitions of the topic and reads them."""
    topic = await new_topic(broker, 3)
    await fill(broker, topic, 30)
    client = await consumer_client(broker, topic, group_id=broker.name("group"))
    equal(len(await poll(client, 30)), 30, "records")
    equal(client.assignment(), {TopicPartition(topic, number) for number in range(3)})


async def consume_by_pattern(broker: Broker) -> None:
    """A pattern subscribes to the topics that match it, and to no others."""
    topic = await new_topic(broker)
    await fill(broker, topic, 1)
    client = await consumer_client(broker, group_id=broker.name("group"))
    client.subscribe(pattern=f"^{re.escape(topic)}.*")
    equal([record.topic for record in await poll(client, 1)], [topic], "topics")
    equal(client.subscription(), {topic}, "subscription")


async def consume_newly_matching_topic(broker: Broker) -> None:
    """A topic that is made later and matches the pattern is read as well."""
    topic = await new_topic(broker)
    client = await consumer_client(broker, group_id=broker.name("group"), metadata_max_age_ms=500)
    client.subscribe(pattern=f"^{re.escape(topic)}.*")
    await until(client.assignment, "an assignment")
    later = f"{topic}-later"
    await (await producer_client(broker)).send_and_wait(later, b"x")
    equal((await poll(client, 1))[0].topic, later, "topic")


async def consume_record_by_record(broker: Broker) -> None:
    """Iterating gives one record after the other."""
    topic = await new_topic(broker)
    await fill(broker, topic, 3)
    found = []
    async for record in await reader(broker, topic):
        found.append(record.value)
        if len(found) == 3:
            break
    equal(found, [b"0", b"1", b"2"], "values")


async def seek_to_an_offset(broker: Broker) -> None:
    """After a seek the record at that offset comes next."""
    topic = await new_topic(broker)
    await fill(broker, topic, 10)
    client = await reader(broker, topic)
    await poll(client, 10)
    client.seek(TopicPartition(topic, 0), 7)
    equal(values(await poll(client, 3)), "7 8 9")


async def seek_to_the_beginning(broker: Broker) -> None:
    """After a seek to the beginning the first record comes next."""
    topic = await new_topic(broker)
    await fill(broker, topic, 3)
    client = await reader(broker, topic)
    await poll(client, 3)
    await client.seek_to_beginning()
    equal(values(await poll(client, 3)), "0 1 2")


async def seek_to_the_end(broker: Broker) -> None:
    """After a seek to the end only what is produced later comes."""
    topic = await new_topic(broker)
    await fill(broker, topic, 3)
    client = await reader(broker, topic)
    await client.seek_to_end()
    equal(await client.position(TopicPartition(topic, 0)), 3, "position")
    await fill(broker, topic, 1)
    equal([record.offset for record in await poll(client, 1)], [3], "offsets")


async def seek_to_the_commit(broker: Broker) -> None:
    """After a seek to the commit the first record that was not committed comes next."""
    topic = await new_topic(broker)
    await fill(broker, topic, 4)
    client = await consumer_client(broker, topic, group_id=broker.name("group"))
    await poll(client, 4)
    await client.commit({TopicPartition(topic, 0): 2})
    await client.seek_to_committed()
    equal(values(await poll(client, 2)), "2 3")


async def _with_times(broker: Broker) -> str:
    topic = await new_topic(broker)
    producer = await producer_client(broker)
    for number in range(10):
        value, time_ms = str(number).encode(), BASE_MS + number * 1000
        await producer.send_and_wait(topic, value, timestamp_ms=time_ms)
    return topic


async def seek_to_a_time(broker: Broker) -> None:
    """A time leads to the first record that is not older."""
    topic = await _with_times(broker)
    part, client = TopicPartition(topic, 0), await reader(broker, topic)
    found = (await client.offsets_for_times({part: BASE_MS + 3500}))[part]
    equal((found.offset, found.timestamp), (4, BASE_MS + 4000), "offset and time")
    client.seek(part, found.offset)
    equal(values(await poll(client, 6)), "4 5 6 7 8 9")


async def time_after_the_last_record(broker: Broker) -> None:
    """There is no offset for a time after the last record."""
    topic = await _with_times(broker)
    part, client = TopicPartition(topic, 0), await reader(broker, topic)
    equal(await client.offsets_for_times({part: BASE_MS + 60_000}), {part: None})


async def beginning_and_end_offsets(broker: Broker) -> None:
    """The first offset and the one behind the last are told; the end is that of the fetch, too."""
    topic = await new_topic(broker, 2)
    await fill(broker, topic, 5, partition=0)
    client = await reader(broker, topic, 2)
    parts = [TopicPartition(topic, number) for number in range(2)]
    equal(await client.beginning_offsets(parts), {parts[0]: 0, parts[1]: 0}, "beginnings")
    equal(await client.end_offsets(parts), {parts[0]: 5, parts[1]: 0}, "ends")
    await poll(client, 5)
    equal((client.highwater(parts[0]), client.last_stable_offset(parts[0])), (5, 5), "marks")


async def read_committed_without_transactions(broker: Broker) -> None:
    """With read_committed, records outside of transactions come as ever."""
    topic = await new_topic(broker)
    await fill(broker, topic, 5)
    client = await reader(broker, topic, isolation_level="read_committed")
    equal(values(await poll(client, 5)), "0 1 2 3 4")


async def message_larger_than_the_fetch_limit(broker: Broker) -> None:
    """A message larger than every limit of the fetch comes all the same, one at a time."""
    topic = await new_topic(broker)
    producer = await producer_client(broker)
    for letter in (b"a", b"b"):
        await producer.send_and_wait(topic, letter * 50_000)
    client = await reader(broker, topic, max_partition_fetch_bytes=1000, fetch_max_bytes=2000)
    equal([len(record.value) for record in await poll(client, 2)], [50_000, 50_000], "sizes")


async def pause_and_resume(broker: Broker) -> None:
    """A paused partition gives nothing until it is resumed; others go on."""
    topic = await new_topic(broker, 2)
    await fill(broker, topic, 2, partition=0)
    await fill(broker, topic, 2, partition=1)
    client = await reader(broker, topic, 2)
    client.pause(TopicPartition(topic, 0))
    equal({record.partition for record in await poll(client, 2)}, {1}, "partitions")
    equal(await client.getmany(timeout_ms=300), {}, "while paused")
    client.resume(TopicPartition(topic, 0))
    equal({record.partition for record in await poll(client, 2)}, {0}, "partitions")


async def limit_of_records_per_poll(broker: Broker) -> None:
    """With max_records=2 a poll returns two records, and none is lost."""
    topic = await new_topic(broker)
    await fill(broker, topic, 5)
    client = await reader(broker, topic)
    sizes: list[int] = []
    while sum(sizes) < 5:
        found = await client.getmany(timeout_ms=500, max_records=2)
        sizes += [len(records) for records in found.values()]
    equal(max(sizes), 2, "records per poll")


async def topics_of_the_cluster(broker: Broker) -> None:
    """A consumer sees all topics and their partitions."""
    topic = await new_topic(broker, 3)
    client = await reader(broker, topic, 3)
    assert topic in await client.topics(), "the topic is not among the topics"
    await client.position(TopicPartition(topic, 0))  # partitions are known of what is assigned
    equal(client.partitions_for_topic(topic), {0, 1, 2}, "partitions")


async def a_waiting_consumer_is_woken(broker: Broker) -> None:
    """A consumer that waits for a record gets it when it is produced, not at the wait's end."""
    topic = await new_topic(broker)
    client = await reader(broker, topic, fetch_max_wait_ms=15_000)
    waiting = asyncio.create_task(client.getone())
    await client.position(TopicPartition(topic, 0))
    await asyncio.sleep(0.5)  # so that the fetch waits at the broker
    await fill(broker, topic, 1)
    equal((await asyncio.wait_for(waiting, 5)).value, b"0", "value")


async def out_of_range_resets_to_the_earliest(broker: Broker) -> None:
    """An offset behind the end begins again with auto_offset_reset=earliest."""
    topic = await new_topic(broker)
    await fill(broker, topic, 3)
    client = await reader(broker, topic, auto_offset_reset="earliest")
    client.seek(TopicPartition(topic, 0), 100)
    equal(values(await poll(client, 3)), "0 1 2")


async def out_of_range_resets_to_the_latest(broker: Broker) -> None:
    """An offset behind the end goes to the end with auto_offset_reset=latest."""
    topic = await new_topic(broker)
    await fill(broker, topic, 3)
    client = await reader(broker, topic, auto_offset_reset="latest")
    part = TopicPartition(topic, 0)
    client.seek(part, 100)

    async def at_the_end() -> bool:
        equal(await client.getmany(timeout_ms=100), {}, "records")
        return bool(await client.position(part) == 3)

    await until(at_the_end, "position 3")


async def out_of_range_without_a_reset(broker: Broker) -> None:
    """An offset behind the end is OFFSET_OUT_OF_RANGE with auto_offset_reset=none."""
    topic = await new_topic(broker)
    await fill(broker, topic, 3)
    client = await reader(broker, topic, auto_offset_reset="none")
    client.seek(TopicPartition(topic, 0), 100)
    with refused(OffsetOutOfRangeError):
        await asyncio.wait_for(client.getone(), 5)

"""Producing: every compression, what a record can hold, acks, idempotence, sizes."""

from __future__ import annotations

import time

from aiokafka import TopicPartition
from aiokafka.errors import MessageSizeTooLargeError

from ..python.scenario import Broker, equal, refused
from .kit import fill, new_topic, poll, producer_client, reader, values

OLD_MS = 1_700_000_000_000
COUNT = 200


async def _round_trip(broker: Broker, compression: str | None) -> None:
    topic = await new_topic(broker)
    producer = await producer_client(broker, compression_type=compression, linger_ms=20)
    sent = [f"value {number} ".encode() * 20 for number in range(COUNT)]
    futures = [await producer.send(topic, value) for value in sent]
    equal([(await future).offset for future in futures], list(range(COUNT)), "offsets")
    found = await poll(await reader(broker, topic), COUNT)
    equal([record.value for record in found], sent, "values")


async def produce_uncompressed(broker: Broker) -> None:
    """Uncompressed records are consumed as they were."""
    await _round_trip(broker, None)


async def produce_gzip(broker: Broker) -> None:
    """Records in gzip batches are consumed as they were."""
    await _round_trip(broker, "gzip")


async def produce_snappy(broker: Broker) -> None:
    """Records in snappy batches are consumed as they were."""
    await _round_trip(broker, "snappy")


async def produce_lz4(broker: Broker) -> None:
    """Records in lz4 batches are consumed as they were."""
    await _round_trip(broker, "lz4")


async def produce_zstd(broker: Broker) -> None:
    """Records in zstd batches are consumed as they were."""
    await _round_trip(broker, "zstd")


async def keys_headers_and_nulls(broker: Broker) -> None:
    """Keys, headers (the same twice, an empty one) and null values come back as they were."""
    topic = await new_topic(broker)
    producer = await producer_client(broker)
    headers = [("a", b"1"), ("a", b"2"), ("empty", b"")]
    await producer.send_and_wait(topic, None, key=b"key", headers=headers)
    await producer.send_and_wait(topic, b"", key=b"")
    first, second = await poll(await reader(broker, topic), 2)
    equal((first.key, first.value, list(first.headers)), (b"key", None, headers), "the first")
    equal((second.key, second.value, list(second.headers)), (b"", b"", []), "the second")


async def timestamps_of_the_client(broker: Broker) -> None:
    """A record keeps the timestamp that its producer gave it: type CREATE_TIME."""
    topic = await new_topic(broker)
    producer = await producer_client(broker)
    place = await producer.send_and_wait(topic, b"x", timestamp_ms=OLD_MS)
    record = (await poll(await reader(broker, topic), 1))[0]
    equal((place.timestamp, record.timestamp, record.timestamp_type), (OLD_MS, OLD_MS, 0))


async def timestamps_of_the_log(broker: Broker) -> None:
    """With LogAppendTime the broker's time replaces the producer's, in the answer as well."""
    topic = await new_topic(broker, message_timestamp_type="LogAppendTime")
    producer = await producer_client(broker)
    place = await producer.send_and_wait(topic, b"x", timestamp_ms=OLD_MS)
    record = (await poll(await reader(broker, topic), 1))[0]
    equal((record.timestamp, record.timestamp_type), (place.timestamp, 1))
    assert abs(record.timestamp - time.time() * 1000) < 60_000, record.timestamp


async def acks_0(broker: Broker) -> None:
    """With acks=0 no answer comes, and none is waited for; the record is written."""
    topic = await new_topic(broker)
    producer = await producer_client(broker, acks=0)
    await producer.send_and_wait(topic, b"x")
    equal(values(await poll(await reader(broker, topic), 1)), "x")


async def acks_1(broker: Broker) -> None:
    """With acks=1 the answer has the record's offset."""
    topic = await new_topic(broker)
    producer = await producer_client(broker, acks=1)
    found = [(await producer.send_and_wait(topic, b"x")).offset for _ in range(3)]
    equal(found, [0, 1, 2], "offsets")


async def acks_all(broker: Broker) -> None:
    """With acks=all the answer has the record's offset."""
    topic = await new_topic(broker)
    producer = await producer_client(broker, acks="all")
    found = [(await producer.send_and_wait(topic, b"x")).offset for _ in range(3)]
    equal(found, [0, 1, 2], "offsets")


async def idempotent_producer(broker: Broker) -> None:
    """An idempotent producer keeps the order, without doubles."""
    topic = await new_topic(broker)
    producer = await producer_client(broker, enable_idempotence=True, max_batch_size=200)
    futures = [await producer.send(topic, str(number).encode()) for number in range(300)]
    equal([(await future).offset for future in futures], list(range(300)), "offsets")
    found = await poll(await reader(broker, topic), 300)
    equal([int(record.value) for record in found], list(range(300)), "values")


async def partition_by_key(broker: Broker) -> None:
    """Records with the same key go to the same partition, all keys to several ones."""
    topic = await new_topic(broker, 4)
    producer = await producer_client(broker)
    places: dict[int, int] = {}
    for key in [*range(20), *range(20)]:
        place = await producer.send_and_wait(topic, b"x", key=str(key).encode())
        equal(places.setdefault(key, place.partition), place.partition, f"partition of {key}")
    assert len(set(places.values())) > 1, places


async def partition_named_by_the_producer(broker: Broker) -> None:
    """A record goes to the partition that its producer names."""
    topic = await new_topic(broker, 3)
    await fill(broker, topic, 3, partition=2)
    parts = [TopicPartition(topic, number) for number in range(3)]
    ends = await (await reader(broker, topic, 3)).end_offsets(parts)
    equal([ends[part] for part in parts], [0, 0, 3], "ends")


async def partitions_of_a_topic(broker: Broker) -> None:
    """A producer learns a topic's partitions from the broker."""
    topic = await new_topic(broker, 3)
    equal(await (await producer_client(broker)).partitions_for(topic), {0, 1, 2}, "partitions")


async def a_batch_made_by_hand(broker: Broker) -> None:
    """A batch that was built beforehand is written as one."""
    topic = await new_topic(broker)
    producer = await producer_client(broker)
    batch = producer.create_batch()
    for number in range(3):
        batch.append(key=None, value=str(number).encode(), timestamp=None)
    place = await (await producer.send_batch(batch, topic, partition=0))
    equal(place.offset, 0, "offset")
    equal(values(await poll(await reader(broker, topic), 3)), "0 1 2")


async def message_near_the_limit(broker: Broker) -> None:
    """A message just below the default limit of 1,048,588 bytes is taken and comes back whole."""
    topic = await new_topic(broker)
    producer = await producer_client(broker, max_request_size=2_000_000)
    value = bytes(range(256)) * 4095  # 1,048,320 bytes
    await producer.send_and_wait(topic, value)
    assert (await poll(await reader(broker, topic), 1))[0].value == value


async def message_over_the_limit(broker: Broker) -> None:
    """A message over the limit is MESSAGE_TOO_LARGE; the producer goes on with a smaller one."""
    topic = await new_topic(broker)
    producer = await producer_client(broker, max_request_size=2_000_000)
    with refused(MessageSizeTooLargeError):
        await producer.send_and_wait(topic, bytes(1_048_600))
    await producer.send_and_wait(topic, b"small")
    equal(values(await poll(await reader(broker, topic), 1)), "small")


async def message_limit_of_a_topic(broker: Broker) -> None:
    """A topic's max.message.bytes is its limit."""
    topic = await new_topic(broker, max_message_bytes="2000")
    producer = await producer_client(broker)
    await producer.send_and_wait(topic, bytes(1500))
    with refused(MessageSizeTooLargeError):
        await producer.send_and_wait(topic, bytes(2500))

"""Producing: every compression, what a record can hold, acks, idempotence, sizes."""

from __future__ import annotations

import time

from confluent_kafka import (
    TIMESTAMP_CREATE_TIME,
    TIMESTAMP_LOG_APPEND_TIME,
    KafkaError,
    TopicPartition,
)

from ..python.scenario import Broker, equal
from .kit import error, fill, new_topic, poll, producer_client, reader, send, values

OLD_MS = 1_700_000_000_000
COUNT = 200


def _round_trip(broker: Broker, compression: str) -> None:
    topic = new_topic(broker)
    producer = producer_client(broker, compression_type=compression, linger_ms=20)
    sent = [f"value {number} ".encode() * 20 for number in range(COUNT)]
    equal([message.offset() for message in send(producer, topic, *sent)], list(range(COUNT)))
    found = poll(reader(broker, topic), COUNT)
    equal([message.value() for message in found], sent, "values")


def produce_uncompressed(broker: Broker) -> None:
    """Uncompressed records are consumed as they were."""
    _round_trip(broker, "none")


def produce_gzip(broker: Broker) -> None:
    """Records in gzip batches are consumed as they were."""
    _round_trip(broker, "gzip")


def produce_snappy(broker: Broker) -> None:
    """Records in snappy batches are consumed as they were."""
    _round_trip(broker, "snappy")


def produce_lz4(broker: Broker) -> None:
    """Records in lz4 batches are consumed as they were."""
    _round_trip(broker, "lz4")


def produce_zstd(broker: Broker) -> None:
    """Records in zstd batches are consumed as they were."""
    _round_trip(broker, "zstd")


def keys_headers_and_nulls(broker: Broker) -> None:
    """Keys, headers (twice the same, without a value) and null values come back as they were."""
    topic = new_topic(broker)
    producer = producer_client(broker)
    headers = [("a", b"1"), ("a", b"2"), ("empty", b""), ("none", None)]
    send(producer, topic, None, key=b"key", headers=headers)
    send(producer, topic, b"value")
    first, second = poll(reader(broker, topic), 2)
    equal((first.key(), first.value(), first.headers()), (b"key", None, headers), "the first")
    equal((second.key(), second.value(), second.headers()), (None, b"value", None), "the second")


def timestamps_of_the_client(broker: Broker) -> None:
    """A record keeps the timestamp that its producer gave it: type CREATE_TIME."""
    topic = new_topic(broker)
    send(producer_client(broker), topic, b"x", timestamp=OLD_MS)
    record = poll(reader(broker, topic), 1)[0]
    equal(record.timestamp(), (TIMESTAMP_CREATE_TIME, OLD_MS), "timestamp")


def timestamps_of_the_log(broker: Broker) -> None:
    """With LogAppendTime the broker's time replaces the producer's."""
    topic = new_topic(broker, message_timestamp_type="LogAppendTime")
    send(producer_client(broker), topic, b"x", timestamp=OLD_MS)
    kind, time_ms = poll(reader(broker, topic), 1)[0].timestamp()
    equal(kind, TIMESTAMP_LOG_APPEND_TIME, "type")
    assert abs(time_ms - time.time() * 1000) < 60_000, time_ms


def acks_0(broker: Broker) -> None:
    """With acks=0 no answer comes, and none is waited for; the record is written."""
    topic = new_topic(broker)
    send(producer_client(broker, acks=0), topic, b"x")
    equal(values(poll(reader(broker, topic), 1)), "x")


def acks_1(broker: Broker) -> None:
    """With acks=1 the answer has the record's offset."""
    topic = new_topic(broker)
    found = send(producer_client(broker, acks=1), topic, b"x", b"x", b"x")
    equal([message.offset() for message in found], [0, 1, 2], "offsets")


def acks_all(broker: Broker) -> None:
    """With acks=all the answer has the record's offset."""
    topic = new_topic(broker)
    found = send(producer_client(broker, acks="all"), topic, b"x", b"x", b"x")
    equal([message.offset() for message in found], [0, 1, 2], "offsets")


def idempotent_producer(broker: Broker) -> None:
    """An idempotent producer with five requests in flight keeps the order, without doubles."""
    topic = new_topic(broker)
    producer = producer_client(broker, enable_idempotence=True, batch_num_messages=10)
    sent = [str(number).encode() for number in range(500)]
    equal([message.offset() for message in send(producer, topic, *sent)], list(range(500)))
    equal([message.value() for message in poll(reader(broker, topic), 500)], sent, "values")


def partition_by_key(broker: Broker) -> None:
    """Records with the same key go to the same partition, all keys to several ones."""
    topic = new_topic(broker, 4)
    producer = producer_client(broker, partitioner="murmur2_random")
    places: dict[int, int | None] = {}
    for key in [*range(20), *range(20)]:
        partition = send(producer, topic, b"x", key=str(key))[0].partition()
        equal(places.setdefault(key, partition), partition, f"partition of {key}")
    assert len(set(places.values())) > 1, places


def partition_named_by_the_producer(broker: Broker) -> None:
    """A record goes to the partition that its producer names."""
    topic = new_topic(broker, 3)
    fill(broker, topic, 3, partition=2)
    client = reader(broker, topic, 3)
    ends = [client.get_watermark_offsets(TopicPartition(topic, n))[1] for n in range(3)]
    equal(ends, [0, 0, 3], "ends")


def message_near_the_limit(broker: Broker) -> None:
    """A message just below the default limit of 1,048,588 bytes is taken and comes back whole."""
    topic = new_topic(broker)
    value = bytes(range(256)) * 4095  # 1,048,320 bytes
    send(producer_client(broker, message_max_bytes=2_000_000), topic, value)
    assert poll(reader(broker, topic), 1)[0].value() == value


def message_over_the_limit(broker: Broker) -> None:
    """A message over the limit is MESSAGE_TOO_LARGE; the producer goes on with a smaller one."""
    topic = new_topic(broker)
    producer = producer_client(broker, message_max_bytes=2_000_000)
    with error(KafkaError.MSG_SIZE_TOO_LARGE):
        send(producer, topic, bytes(1_048_600))
    send(producer, topic, b"small")
    equal(values(poll(reader(broker, topic), 1)), "small")


def message_limit_of_a_topic(broker: Broker) -> None:
    """A topic's max.message.bytes is its limit."""
    topic = new_topic(broker, max_message_bytes="2000")
    producer = producer_client(broker)
    send(producer, topic, bytes(1500))
    with error(KafkaError.MSG_SIZE_TOO_LARGE):
        send(producer, topic, bytes(2500))

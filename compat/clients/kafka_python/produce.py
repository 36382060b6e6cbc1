"""Producing: every compression, what a record can hold, acks, idempotence, sizes."""

from __future__ import annotations

import time

from kafka import TopicPartition
from kafka.errors import MessageSizeTooLargeError

from ..python.scenario import Broker, equal, refused
from .kit import WAIT_S, fill, new_topic, poll, producer_client, reader, values

OLD_MS = 1_700_000_000_000
COUNT = 200


def _round_trip(broker: Broker, compression: str | None) -> None:
    topic = new_topic(broker)
    producer = producer_client(broker, compression_type=compression, linger_ms=20)
    sent = [f"value {number} ".encode() * 20 for number in range(COUNT)]
    futures = [producer.send(topic, value) for value in sent]
    equal([future.get(WAIT_S).offset for future in futures], list(range(COUNT)), "offsets")
    found = poll(reader(broker, topic), COUNT)
    equal([record.value for record in found], sent, "values")


def produce_uncompressed(broker: Broker) -> None:
    """Uncompressed records are consumed as they were."""
    _round_trip(broker, None)


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
    """Keys, headers (the same twice, an empty one) and null values come back as they were."""
    topic = new_topic(broker)
    producer = producer_client(broker)
    headers = [("a", b"1"), ("a", b"2"), ("empty", b"")]
    producer.send(topic, None, key=b"key", headers=headers).get(WAIT_S)
    producer.send(topic, b"", key=b"").get(WAIT_S)
    first, second = poll(reader(broker, topic), 2)
    equal((first.key, first.value, list(first.headers)), (b"key", None, headers), "the first")
    equal((second.key, second.value, list(second.headers)), (b"", b"", []), "the second")


def timestamps_of_the_client(broker: Broker) -> None:
    """A record keeps the timestamp that its producer gave it: type CREATE_TIME."""
    topic = new_topic(broker)
    place = producer_client(broker).send(topic, b"x", timestamp_ms=OLD_MS).get(WAIT_S)
    record = poll(reader(broker, topic), 1)[0]
    equal((place.timestamp, record.timestamp, record.timestamp_type), (OLD_MS, OLD_MS, 0))


def timestamps_of_the_log(broker: Broker) -> None:
    """With LogAppendTime the broker's time replaces the producer's, in the answer as well."""
    topic = new_topic(broker, message_timestamp_type="LogAppendTime")
    place = producer_client(broker).send(topic, b"x", timestamp_ms=OLD_MS).get(WAIT_S)
    record = poll(reader(broker, topic), 1)[0]
    equal((record.timestamp, record.timestamp_type), (place.timestamp, 1))
    assert abs(record.timestamp - time.time() * 1000) < 60_000, record.timestamp


def acks_0(broker: Broker) -> None:
    """With acks=0 no answer comes, and none is waited for; the record is written."""
    topic = new_topic(broker)
    producer = producer_client(broker, acks=0, enable_idempotence=False)
    producer.send(topic, b"x").get(WAIT_S)
    equal(values(poll(reader(broker, topic), 1)), "x")


def acks_1(broker: Broker) -> None:
    """With acks=1 the answer has the record's offset."""
    topic = new_topic(broker)
    producer = producer_client(broker, acks=1, enable_idempotence=False)
    found = [producer.send(topic, b"x").get(WAIT_S).offset for _ in range(3)]
    equal(found, [0, 1, 2], "offsets")


def acks_all(broker: Broker) -> None:
    """With acks=all the answer has the record's offset."""
    topic = new_topic(broker)
    producer = producer_client(broker, acks="all", enable_idempotence=False)
    found = [producer.send(topic, b"x").get(WAIT_S).offset for _ in range(3)]
    equal(found, [0, 1, 2], "offsets")


def idempotent_producer(broker: Broker) -> None:
    """An idempotent producer with five requests in flight keeps the order, without doubles."""
    topic = new_topic(broker)
    producer = producer_client(broker, enable_idempotence=True, batch_size=200)
    futures = [producer.send(topic, str(number).encode()) for number in range(500)]
    equal([future.get(WAIT_S).offset for future in futures], list(range(500)), "offsets")
    found = poll(reader(broker, topic), 500)
    equal([int(record.value) for record in found], list(range(500)), "values")


def partition_by_key(broker: Broker) -> None:
    """Records with the same key go to the same partition, all keys to several ones."""
    topic = new_topic(broker, 4)
    producer = producer_client(broker)
    places: dict[int, int] = {}
    for turn in range(2):
        for key in range(20):
            place = producer.send(topic, b"x", key=str(key).encode()).get(WAIT_S)
            equal(places.setdefault(key, place.partition), place.partition, f"{turn} {key}")
    assert len(set(places.values())) > 1, places


def partition_named_by_the_producer(broker: Broker) -> None:
    """A record goes to the partition that its producer names."""
    topic = new_topic(broker, 3)
    equal({place.partition for place in fill(broker, topic, 3, partition=2)}, {2}, "partitions")
    client = reader(broker, topic, 3)
    parts = [TopicPartition(topic, number) for number in range(3)]
    equal([client.end_offsets(parts)[part] for part in parts], [0, 0, 3], "ends")


def partitions_of_a_topic(broker: Broker) -> None:
    """A producer learns a topic's partitions from the broker."""
    equal(producer_client(broker).partitions_for(new_topic(broker, 3)), {0, 1, 2}, "partitions")


def message_near_the_limit(broker: Broker) -> None:
    """A message just below the default limit of 1,048,588 bytes is taken and comes back whole."""
    topic = new_topic(broker)
    producer = producer_client(broker, max_request_size=2_000_000)
    value = bytes(range(256)) * 4095  # 1,048,320 bytes
    producer.send(topic, value).get(WAIT_S)
    assert poll(reader(broker, topic), 1)[0].value == value


def message_over_the_limit(broker: Broker) -> None:
    """A message over the limit is MESSAGE_TOO_LARGE; the producer goes on with a smaller one."""
    topic = new_topic(broker)
    producer = producer_client(broker, max_request_size=2_000_000, enable_idempotence=False)
    with refused(MessageSizeTooLargeError):
        producer.send(topic, bytes(1_048_600)).get(WAIT_S)
    producer.send(topic, b"small").get(WAIT_S)
    equal(values(poll(reader(broker, topic), 1)), "small")


def message_limit_of_a_topic(broker: Broker) -> None:
    """A topic's max.message.bytes is its limit."""
    topic = new_topic(broker, max_message_bytes="2000")
    producer = producer_client(broker)
    producer.send(topic, bytes(1500)).get(WAIT_S)
    with refused(MessageSizeTooLargeError):
        producer.send(topic, bytes(2500)).get(WAIT_S)

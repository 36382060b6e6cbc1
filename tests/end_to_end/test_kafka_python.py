"""kafka-python, unchanged, against a broker on loopback."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

WAIT_SECONDS = 20


@pytest.fixture
def topic(broker: Any) -> str:
    name = f"kafka-python-{uuid.uuid4().hex[:12]}"
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    admin.create_topics([NewTopic(name, 3, 1)])
    admin.close()
    return name


def read_all(broker: Any, topic: str, count: int, **settings: Any) -> list[Any]:
    consumer = KafkaConsumer(
        bootstrap_servers=broker.bootstrap,
        auto_offset_reset="earliest",
        consumer_timeout_ms=WAIT_SECONDS * 1000,
        **settings,
    )
    if settings.get("group_id"):
        consumer.subscribe([topic])
    else:
        consumer.assign([TopicPartition(topic, number) for number in range(3)])
    found = []
    for record in consumer:
        found.append(record)
        if len(found) == count:
            break
    consumer.close()
    return found


@pytest.mark.parametrize("compression", [None, "gzip", "snappy", "lz4", "zstd"])
@pytest.mark.parametrize("idempotent", [False, True])
def test_produced_records_are_consumed_as_they_were(
    broker: Any, topic: str, compression: str | None, idempotent: bool
) -> None:
    producer = KafkaProducer(
        bootstrap_servers=broker.bootstrap,
        compression_type=compression,
        enable_idempotence=idempotent,
        acks="all",
        linger_ms=5,
    )
    futures = [
        producer.send(
            topic,
            key=f"key-{number}".encode(),
            value=f"value-{number}".encode(),
            headers=[("number", str(number).encode())],
        )
        for number in range(1000)
    ]
    producer.flush(WAIT_SECONDS)
    places = {(f.get().partition, f.get().offset) for f in futures}
    assert len(places) == 1000
    producer.close()
    found = read_all(broker, topic, 1000, group_id=None)
    assert {(record.partition, record.offset) for record in found} == places
    for record in found:
        number = record.key[4:]
        assert record.value == b"value-" + number
        assert record.headers == [("number", number)] or record.headers == (("number", number),)


def test_a_group_reads_everything_once_and_commits(broker: Any, topic: str) -> None:
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap)
    for number in range(300):
        producer.send(topic, str(number).encode())
    producer.flush(WAIT_SECONDS)
    producer.close()
    group = f"group-{uuid.uuid4().hex}"
    found = read_all(broker, topic, 300, group_id=group)
    assert {int(record.value) for record in found} == set(range(300))
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    committed = admin.list_group_offsets([group])[group]
    assert sum(offset.offset for offset in committed.values()) == 300
    admin.close()


def test_offsets_are_found_by_time(broker: Any, topic: str) -> None:
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap)
    base = 1_700_000_000_000
    for number in range(10):
        producer.send(topic, b"x", partition=0, timestamp_ms=base + number * 1000).get(WAIT_SECONDS)
    producer.close()
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap)
    first = TopicPartition(topic, 0)
    found = consumer.offsets_for_times({first: base + 3500})
    assert found[first].offset == 4
    assert consumer.beginning_offsets([first]) == {first: 0}
    assert consumer.end_offsets([first]) == {first: 10}
    consumer.close()

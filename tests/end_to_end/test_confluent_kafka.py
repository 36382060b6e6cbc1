"""librdkafka through confluent-kafka, unchanged, against a broker on loopback."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

COMPRESSIONS = ["none", "gzip", "snappy", "lz4", "zstd"]
WAIT_SECONDS = 20


def create_topic(broker: Any, partitions: int = 1, **config: str) -> str:
    name = f"confluent-{uuid.uuid4().hex[:12]}"
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    admin.create_topics([NewTopic(name, partitions, 1, config=config)])[name].result(WAIT_SECONDS)
    return name


def produce(broker: Any, topic: str, count: int, **settings: Any) -> list[tuple[int, int]]:
    """Produces count records; returns their (partition, offset), in the order of delivery."""
    placed: list[tuple[int, int]] = []

    def delivered(error: Any, message: Any) -> None:
        assert error is None, error
        placed.append((message.partition(), message.offset()))

    producer = Producer({"bootstrap.servers": broker.bootstrap, "linger.ms": 5, **settings})
    for number in range(count):
        producer.produce(
            topic,
            key=f"key-{number}".encode(),
            value=f"value-{number}".encode(),
            headers=[("number", str(number).encode()), ("nothing", None)],
            on_delivery=delivered,
        )
        producer.poll(0)
    assert producer.flush(WAIT_SECONDS) == 0
    assert len(placed) == count
    return placed


def consume(broker: Any, topic: str, count: int, partitions: int = 1) -> list[Any]:
    consumer = Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "group.id": f"group-{uuid.uuid4().hex}",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.assign([TopicPartition(topic, number, 0) for number in range(partitions)])
    found: list[Any] = []
    while len(found) < count:
        batch = consumer.consume(count - len(found), WAIT_SECONDS)
        assert batch, f"{len(found)} of {count} records"
        for message in batch:
            assert message.error() is None, message.error()
            found.append(message)
    consumer.close()
    return found


@pytest.mark.parametrize("wanted", ["producer", "zstd"])
def test_large_compressed_batches_stay_in_order(broker: Any, wanted: str) -> None:
    """They are checked beside the broker's loop, small ones between them on it."""
    topic = create_topic(broker, **{"compression.type": wanted})
    settings = {"compression.type": "lz4", "enable.idempotence": True, "linger.ms": 1}
    placed = produce(broker, topic, 5_000, **settings)
    assert placed == [(0, offset) for offset in range(5_000)]
    messages = consume(broker, topic, 5_000)
    assert [message.value() for message in messages] == [b"value-%d" % n for n in range(5_000)]


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("idempotent", [False, True])
def test_produced_records_are_consumed_as_they_were(
    broker: Any, compression: str, idempotent: bool
) -> None:
    topic = create_topic(broker, 3)
    settings = {"compression.type": compression, "enable.idempotence": idempotent}
    produce(broker, topic, 2000, **settings)
    found = consume(broker, topic, 2000, partitions=3)
    numbers = set()
    for message in found:
        number = int(message.key()[4:])
        numbers.add(number)
        assert message.value() == f"value-{number}".encode()
        assert message.headers() == [("number", str(number).encode()), ("nothing", None)]
    assert numbers == set(range(2000))
    offsets = [(message.partition(), message.offset()) for message in found]
    assert len(set(offsets)) == 2000


def test_a_group_resumes_at_its_committed_offsets(broker: Any) -> None:
    topic = create_topic(broker, 2)
    produce(broker, topic, 100)
    group = f"group-{uuid.uuid4().hex}"
    settings = {
        "bootstrap.servers": broker.bootstrap,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
    seen: list[Any] = []
    for wanted in (40, 60):
        consumer = Consumer(settings)
        consumer.subscribe([topic])
        got = 0
        while got < wanted:
            message = consumer.poll(WAIT_SECONDS)
            assert message is not None
            assert message.error() is None
            seen.append((message.partition(), message.offset()))
            got += 1
            consumer.commit(message, asynchronous=False)
        consumer.close()
    assert len(set(seen)) == 100


def test_a_consumer_that_leaves_gives_its_partitions_to_the_others(broker: Any) -> None:
    topic = create_topic(broker, 4)
    group = f"group-{uuid.uuid4().hex}"
    settings = {
        "bootstrap.servers": broker.bootstrap,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "session.timeout.ms": 6000,
        "heartbeat.interval.ms": 200,
    }
    first, second = Consumer(settings), Consumer(settings)
    first.subscribe([topic])
    second.subscribe([topic])
    for _ in range(400):
        first.poll(0.05)
        second.poll(0.05)
        if len(first.assignment()) == 2 and len(second.assignment()) == 2:
            break
    assert len(first.assignment()) == len(second.assignment()) == 2
    second.close()
    for _ in range(400):
        first.poll(0.05)
        if len(first.assignment()) == 4:
            break
    assert len(first.assignment()) == 4
    first.close()


def test_an_unknown_topic_is_an_error_for_the_producer(start_broker: Any) -> None:
    broker = start_broker("auto.create.topics.enable=false")
    errors: list[Any] = []
    producer = Producer(
        {
            "bootstrap.servers": broker.bootstrap,
            "message.timeout.ms": 2000,
            "topic.metadata.propagation.max.ms": 100,
        }
    )
    producer.produce("nowhere", b"x", on_delivery=lambda error, _: errors.append(error))
    producer.flush(WAIT_SECONDS)
    assert [error.code() for error in errors] == [KafkaError.UNKNOWN_TOPIC_OR_PART] or [
        error.code() for error in errors
    ] == [KafkaError._UNKNOWN_TOPIC]


def test_auto_created_topics_take_the_record_that_made_them(broker: Any) -> None:
    topic = f"auto-{uuid.uuid4().hex[:12]}"
    produce(broker, topic, 10)
    assert len(consume(broker, topic, 10)) == 10


def test_an_admin_sees_what_it_made(broker: Any) -> None:
    topic = create_topic(broker, 3, **{"retention.ms": "1000000"})
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    described = admin.list_topics(topic, timeout=WAIT_SECONDS).topics[topic]
    assert sorted(described.partitions) == [0, 1, 2]
    assert all(p.leader == 1 and p.isrs == [1] for p in described.partitions.values())
    admin.delete_topics([topic])[topic].result(WAIT_SECONDS)
    assert topic not in admin.list_topics(timeout=WAIT_SECONDS).topics

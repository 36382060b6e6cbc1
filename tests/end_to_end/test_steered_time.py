"""The broker's time moved by HTTP, and what that does to unmodified clients (product.md, 15)."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from kafka import KafkaConsumer, KafkaProducer

from wirekafka.testing import Broker
from wirekafka.testing.control import ControlClient, ControlRefused

# kafka-python leaves the sockets of connections that it gave up to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

WAIT_S = 20
HOUR_MS = 3_600_000


class Kafka:
    """A broker and its clock."""

    def __init__(self, broker: Broker) -> None:
        self.bootstrap = broker.bootstrap
        self.control: ControlClient = broker.control
        self.admin = AdminClient({"bootstrap.servers": self.bootstrap})

    def clock(self, verb: str = "", **body: Any) -> Any:
        return getattr(self.control, verb or "clock")(**body)

    def topic(self, name: str, **config: str) -> str:
        new = NewTopic(name, 1, 1, config={key.replace("_", "."): v for key, v in config.items()})
        self.admin.create_topics([new])[name].result(WAIT_S)
        return name

    def members(self, group: str) -> int:
        found = self.admin.describe_consumer_groups([group])[group].result(WAIT_S)
        return len(found.members)

    def watermarks(self, topic: str) -> tuple[int, int]:
        """Log start and high watermark, open transactions included."""
        settings = {"bootstrap.servers": self.bootstrap, "group.id": "watermarks"}
        consumer = Consumer({**settings, "isolation.level": "read_uncommitted"})
        found = consumer.get_watermark_offsets(TopicPartition(topic, 0), WAIT_S)
        consumer.close()
        return found


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    """What kafka-python left behind is collected here, not in the middle of another test."""
    yield
    gc.collect()


@pytest.fixture
def kafka() -> Iterator[Kafka]:
    with Broker(group_initial_rebalance_delay_ms=0) as broker:
        kafka = Kafka(broker)
        yield kafka
        kafka.control.close()
        log = broker.log
    assert "Traceback" not in log, log


def _librdkafka_member(kafka: Kafka, topic: str, group: str) -> Callable[[], None]:
    settings = {"bootstrap.servers": kafka.bootstrap, "group.id": group}
    consumer = Consumer({**settings, "session.timeout.ms": 45_000})
    consumer.subscribe([topic])
    deadline = time.monotonic() + WAIT_S
    while not consumer.assignment():
        consumer.poll(0.05)
        assert time.monotonic() < deadline
    return lambda: consumer.close()


def _kafka_python_member(kafka: Kafka, topic: str, group: str) -> Callable[[], None]:
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=kafka.bootstrap,
        group_id=group,
        session_timeout_ms=45_000,
    )
    deadline = time.monotonic() + WAIT_S
    while not consumer.assignment():
        consumer.poll(50)
        assert time.monotonic() < deadline
    return lambda: consumer.close(timeout_ms=1000)


@pytest.mark.parametrize("join", [_librdkafka_member, _kafka_python_member])
def test_a_session_a_transaction_and_retention_end_in_their_order(
    kafka: Kafka, join: Callable[..., Callable[[], None]]
) -> None:
    kept, ledger = kafka.topic("kept", retention_ms=str(HOUR_MS)), kafka.topic("ledger")
    leave = join(kafka, kept, "app")
    transactional = {"bootstrap.servers": kafka.bootstrap, "transactional.id": "tx"}
    producer = Producer({**transactional, "transaction.timeout.ms": 60_000})
    producer.init_transactions(WAIT_S)
    kafka.clock("freeze")
    producer.begin_transaction()
    producer.produce(ledger, b"x")
    producer.flush(WAIT_S)
    plain = Producer({"bootstrap.servers": kafka.bootstrap})
    plain.produce(kept, b"x", timestamp=kafka.clock()["now_ms"])
    plain.flush(WAIT_S)
    assert kafka.members("app") == 1
    assert kafka.watermarks(ledger) == (0, 1)

    kafka.clock("advance", duration="30s")
    assert kafka.members("app") == 1
    kafka.clock("advance", duration="16s")
    assert kafka.members("app") == 0
    assert kafka.watermarks(ledger) == (0, 1)
    kafka.clock("advance", ms=15_000)
    assert kafka.watermarks(ledger) == (0, 2)  # the marker
    assert kafka.watermarks(kept) == (0, 1)
    kafka.clock("advance", duration="1h")
    assert kafka.watermarks(kept) == (1, 1)
    kafka.clock("resume")
    leave()


def test_frozen_time_stands_and_advanced_time_is_written_into_records(kafka: Kafka) -> None:
    stamped = kafka.topic("stamped", message_timestamp_type="LogAppendTime")
    frozen = kafka.clock("freeze")
    assert frozen["frozen"]
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)
    first = producer.send(stamped, b"a").get(WAIT_S).timestamp
    kafka.clock("advance", duration="1h30m")
    second = producer.send(stamped, b"b").get(WAIT_S).timestamp
    assert first == frozen["now_ms"]
    assert second - first == 90 * 60_000
    running = kafka.clock("resume")
    assert not running["frozen"]
    third = producer.send(stamped, b"c").get(WAIT_S).timestamp
    assert second <= third < second + 60_000
    producer.close()
    assert abs(kafka.clock()["offset_ms"] - 90 * 60_000) < 60_000


def test_a_long_poll_ends_while_the_time_stands_still(kafka: Kafka) -> None:
    topic = kafka.topic("quiet")
    kafka.clock("freeze")
    settings = {"bootstrap.servers": kafka.bootstrap, "group.id": "g", "fetch.wait.max.ms": 50}
    consumer = Consumer(settings)
    consumer.assign([TopicPartition(topic, 0, 0)])
    # Who asks for the third time has been answered twice.
    kafka.control.assert_requests(3, api="Fetch", timeout=WAIT_S)
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    producer.produce(topic, b"x")
    producer.flush(WAIT_S)
    message = consumer.poll(WAIT_S)
    assert message is not None
    assert message.value() == b"x"
    consumer.close()


def test_without_a_freeze_the_time_jumps_and_runs_on(kafka: Kafka) -> None:
    topic = kafka.topic("running", retention_ms=str(HOUR_MS))
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    producer.produce(topic, b"x")
    producer.flush(WAIT_S)
    before = kafka.clock()["now_ms"]
    after = kafka.clock("advance", duration="2h")
    assert 0 <= after["now_ms"] - before - 2 * HOUR_MS < 60_000
    assert not after["frozen"]
    assert kafka.watermarks(topic) == (1, 1)
    later = kafka.clock()["now_ms"]
    assert kafka.clock()["now_ms"] >= later >= after["now_ms"]


def test_an_advance_by_a_week_does_what_falls_due_in_it(kafka: Kafka) -> None:
    topic = kafka.topic("week")
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    producer.produce(topic, b"x")
    producer.flush(WAIT_S)
    kafka.clock("advance", duration="8d")
    assert kafka.watermarks(topic) == (1, 1)  # log.retention.hours is 168


def test_compaction_is_done_when_the_advance_is_answered(kafka: Kafka) -> None:
    topic = kafka.topic(
        "compacted", cleanup_policy="compact", segment_ms="60000", min_cleanable_dirty_ratio="0.01"
    )
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    kafka.clock("freeze")
    for value in (b"old", b"new"):
        producer.produce(topic, value, key=b"k", timestamp=kafka.clock()["now_ms"])
        producer.flush(WAIT_S)
        kafka.clock("advance", duration="2m")
    producer.produce(topic, b"end", key=b"e", timestamp=kafka.clock()["now_ms"])
    producer.flush(WAIT_S)
    kafka.clock("advance", duration="2m")
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": "reader"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    assert [message.value() for message in consumer.consume(2, WAIT_S)] == [b"new", b"end"]
    consumer.close()


def test_idle_connections_are_closed_by_the_steered_time(kafka: Kafka) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)
    topic = kafka.topic("idle")
    producer.send(topic, b"a").get(WAIT_S)
    kafka.clock("advance", duration="11m")
    assert producer.send(topic, b"b").get(WAIT_S).offset == 1  # on a new connection
    producer.close()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "ms"),
        ({"ms": 1, "duration": "1s"}, "ms"),
        ({"ms": -1}, "ms"),
        ({"ms": "soon"}, "ms"),
        ({"duration": "soon"}, "duration"),
        ({"duration": "1h 30m"}, "duration"),
        ({"duration": "999999d"}, "duration"),
        ({"seconds": 1}, "seconds"),
    ],
)
def test_an_advance_that_cannot_be_names_its_field(
    kafka: Kafka, body: dict[str, Any], field: str
) -> None:
    with pytest.raises(ControlRefused) as refused:
        kafka.control.request("POST", "/clock/advance", body)
    assert (refused.value.status, refused.value.field) == (400, field)

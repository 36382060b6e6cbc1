"""Faults by HTTP, and what unmodified Python clients make of them.

Three clients with nothing in common but the protocol: librdkafka (C), kafka-python, aiokafka.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError as AioError
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

from wirekafka.testing import Broker
from wirekafka.testing.control import ControlClient, ControlRefused

# kafka-python leaves the sockets of connections that it gave up to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

WAIT_S = 20

Produced = int | str
"""The offset of the record, or the error that the client tells of."""


class Kafka:
    """A broker, its faults, and its topics."""

    def __init__(self, broker: Broker) -> None:
        self.bootstrap = broker.bootstrap
        self.control: ControlClient = broker.control
        self._topics = 0

    def fault(self, **rule: Any) -> Any:
        return self.control.add_fault(**rule)

    def remove(self, name: str) -> Any:
        return self.control.remove_fault(name)

    def faults(self) -> dict[str, dict[str, Any]]:
        return {fault["name"]: fault for fault in self.control.faults()}

    def requests(self, **matching: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control.requests(**matching)["requests"]
        return found

    def clear(self) -> None:
        self.control.clear_faults()

    def topic(self, partitions: int = 1) -> str:
        self._topics += 1
        name = f"faulty-{self._topics}"
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        admin.create_topics([NewTopic(name, partitions, 1)])[name].result(WAIT_S)
        return name

    def end(self, topic: str, partition: int = 0) -> int:
        """How many records were stored."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "ends"})
        _, end = consumer.get_watermark_offsets(TopicPartition(topic, partition), WAIT_S)
        consumer.close()
        return int(end)


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    """What kafka-python left behind is collected here, not in the middle of another test."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def running() -> Iterator[Broker]:
    with Broker() as broker:
        yield broker
        log = broker.log
    assert "Traceback" not in log, log


@pytest.fixture
def kafka(running: Broker) -> Iterator[Kafka]:
    kafka = Kafka(running)
    kafka._topics = time.monotonic_ns()  # names of its own
    yield kafka
    kafka.clear()
    kafka.control.close()


def by_librdkafka(kafka: Kafka, topic: str, idempotent: bool = False, **more: Any) -> Produced:
    settings = {"client.id": "c", "retry.backoff.ms": 20, "reconnect.backoff.ms": 10, **more}
    producer = Producer(
        {"bootstrap.servers": kafka.bootstrap, "enable.idempotence": idempotent, **settings}
    )
    told: list[Produced] = []

    def delivered(error: Any, message: Any) -> None:
        told.append(error.name() if error is not None else message.offset())

    producer.produce(topic, b"x", partition=0, on_delivery=delivered)
    assert producer.flush(WAIT_S) == 0
    return told[0]


def by_kafka_python(kafka: Kafka, topic: str, idempotent: bool = False, **more: Any) -> Produced:
    producer = KafkaProducer(
        bootstrap_servers=kafka.bootstrap,
        client_id="kp",
        retry_backoff_ms=20,
        reconnect_backoff_ms=10,
        enable_idempotence=idempotent,
        **more,
    )
    try:
        return int(producer.send(topic, b"x", partition=0).get(WAIT_S).offset)
    except KafkaError as error:
        return type(error).__name__
    finally:
        producer.close()


def by_aiokafka(kafka: Kafka, topic: str, idempotent: bool = False, **more: Any) -> Produced:
    async def produce() -> Produced:
        producer = AIOKafkaProducer(
            bootstrap_servers=kafka.bootstrap,
            client_id="aio",
            retry_backoff_ms=20,
            enable_idempotence=idempotent,
            **more,
        )
        await producer.start()
        try:
            sent = await producer.send_and_wait(topic, b"x", partition=0)
            return int(sent.offset)
        except AioError as error:
            return type(error).__name__
        finally:
            await producer.stop()

    return asyncio.run(produce())


CLIENTS = [by_librdkafka, by_kafka_python, by_aiokafka]
Client = Callable[..., Produced]
each_client = pytest.mark.parametrize("produce", CLIENTS)


@each_client
def test_an_error_twice_is_retried_twice_and_stored_once(kafka: Kafka, produce: Client) -> None:
    topic = kafka.topic()
    kafka.fault(name="busy", api="Produce", topic=topic, error="NOT_LEADER_OR_FOLLOWER", count=2)
    assert produce(kafka, topic) == 0
    assert kafka.faults()["busy"]["hits"] == 2
    assert kafka.faults()["busy"]["spent"]
    assert kafka.end(topic) == 1


@each_client
def test_an_error_that_is_final_reaches_the_caller(kafka: Kafka, produce: Client) -> None:
    topic = kafka.topic()
    kafka.fault(name="big", api="Produce", topic=topic, error="MESSAGE_TOO_LARGE")
    assert "size" in str(produce(kafka, topic)).lower()
    assert kafka.end(topic) == 0
    assert kafka.remove("big")["hits"] >= 1


@each_client
def test_a_drop_after_the_append_stores_one_copy_of_an_idempotent_producer(
    kafka: Kafka, produce: Client
) -> None:
    topic = kafka.topic()
    kafka.fault(name="lost", api="Produce", topic=topic, effect="drop_after", count=1)
    # The answer to the second try says where the first copy is; librdkafka does not show it.
    assert produce(kafka, topic, idempotent=True) in (0, -1)
    assert kafka.end(topic) == 1
    assert kafka.remove("lost")["hits"] == 1


@each_client
def test_a_drop_before_and_a_half_answer_are_retried(kafka: Kafka, produce: Client) -> None:
    topic = kafka.topic()
    rule = {"api": "Produce", "topic": topic, "count": 1}
    kafka.fault(name="half", effect="half_response", **rule)
    kafka.fault(name="before", effect="drop_before", **rule)
    assert produce(kafka, topic, idempotent=True) in (0, -1)
    assert kafka.end(topic) == 1
    assert {name: fault["hits"] for name, fault in kafka.faults().items()} == {
        "half": 1,
        "before": 1,
    }


@each_client
def test_latency_is_the_clients_and_nobody_elses(kafka: Kafka, produce: Client) -> None:
    topic = kafka.topic()
    client_id = {"by_librdkafka": "c", "by_kafka_python": "kp", "by_aiokafka": "aio"}
    kafka.fault(
        name="slow", api="Produce", client_id=client_id[produce.__name__], effect="latency", ms=400
    )
    assert produce(kafka, topic) == 0
    assert kafka.end(topic) == 1
    (request,) = kafka.requests(api="Produce", topic=topic)
    assert request["duration_ms"] >= 400
    assert by_librdkafka(kafka, topic, **{"client.id": "other"}) == 1
    assert kafka.remove("slow")["hits"] == 1


def test_requests_in_flight_are_late_together(kafka: Kafka) -> None:
    topic = kafka.topic(5)
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "linger.ms": 0, "client.id": "late"})
    producer.list_topics(topic, WAIT_S)
    kafka.fault(name="slow", api="Produce", client_id="late", effect="latency", ms=300)
    for number in range(20):
        producer.produce(topic, b"x", partition=number % 5)
    assert producer.flush(WAIT_S) == 0
    # All that came before the first answer was answered with it: tests/broker/apis/test_injection
    assert kafka.remove("slow")["hits"] >= 2
    assert sum(kafka.end(topic, partition) for partition in range(5)) == 20


@each_client
def test_throttled_answers_are_taken_well(kafka: Kafka, produce: Client) -> None:
    topic = kafka.topic()
    kafka.fault(name="throttle", api="Produce", topic=topic, effect="throttle", ms=200)
    assert produce(kafka, topic) == 0
    assert kafka.remove("throttle")["hits"] == 1


@each_client
def test_refused_connections_are_made_again(kafka: Kafka, produce: Client) -> None:
    topic = kafka.topic()
    kafka.fault(name="down", effect="refuse_connect", count=2)
    if produce is by_aiokafka:  # it gives up at once when the first connection fails
        with pytest.raises(AioError):
            produce(kafka, topic)
        kafka.clear()
    assert produce(kafka, topic) == 0
    assert kafka.end(topic) == 1


@each_client
def test_a_blackhole_is_left_by_the_clients_own_timeout(kafka: Kafka, produce: Client) -> None:
    topic = kafka.topic()
    patience: dict[Client, dict[str, Any]] = {
        by_librdkafka: {"socket.timeout.ms": 500},
        by_kafka_python: {"request_timeout_ms": 500, "delivery_timeout_ms": 15_000},
        by_aiokafka: {"request_timeout_ms": 500},
    }
    rule = {"api": "Produce", "topic": topic, "effect": "blackhole", "count": 1}
    kafka.fault(name="hole", **rule)
    told = produce(kafka, topic, idempotent=True, **patience[produce])
    hits = kafka.remove("hole")["hits"]
    assert hits == 1
    if isinstance(told, int):
        assert kafka.end(topic) == 1
    else:  # it gives up where it might have been stored
        assert "time" in told.lower()
        assert kafka.end(topic) == 0


def test_removing_a_blackhole_closes_the_connections_that_it_silenced(kafka: Kafka) -> None:
    topic = kafka.topic()
    kafka.fault(name="hole", client_id="c", effect="blackhole")
    told: list[Produced] = []
    thread = threading.Thread(target=lambda: told.append(by_librdkafka(kafka, topic)))
    thread.start()
    deadline = time.monotonic() + WAIT_S
    while not kafka.faults()["hole"]["hits"]:
        assert time.monotonic() < deadline
    kafka.remove("hole")
    thread.join(WAIT_S)
    assert told == [0]


@pytest.mark.parametrize("error", ["NOT_LEADER_OR_FOLLOWER", "UNKNOWN_TOPIC_OR_PARTITION"])
def test_a_consumer_reads_on_after_errors_of_one_partition(kafka: Kafka, error: str) -> None:
    """By name and by id, with and without a fetch session."""
    topic = kafka.topic(2)
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    for number in range(10):
        producer.produce(topic, b"%d" % number, partition=number % 2)
    producer.flush(WAIT_S)
    kafka.fault(name="moved", api="Fetch", topic=topic, partition=1, error=error, count=2)
    librdkafka = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": f"a-{topic}"})
    librdkafka.assign([TopicPartition(topic, number, 0) for number in (0, 1)])
    found = librdkafka.consume(10, WAIT_S)
    values = [message.value() or b"" for message in found if message.error() is None]
    values += [m.value() or b"" for m in librdkafka.consume(10 - len(values), WAIT_S)]
    librdkafka.close()
    assert sorted(values) == [b"%d" % number for number in range(10)]
    assert kafka.remove("moved")["hits"] == 2

    kafka.fault(name="moved", api="Fetch", topic=topic, partition=1, error=error, count=2)
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=kafka.bootstrap,
        auto_offset_reset="earliest",
        consumer_timeout_ms=WAIT_S * 1000,
        retry_backoff_ms=20,
    )
    assert sorted(next(consumer).value or b"" for _ in range(10)) == sorted(values)
    consumer.close()
    assert kafka.remove("moved")["hits"] == 2


@pytest.mark.parametrize("api", ["FindCoordinator", "JoinGroup", "SyncGroup", "OffsetFetch"])
def test_groups_get_over_a_coordinator_that_is_not_available(kafka: Kafka, api: str) -> None:
    topic = kafka.topic()
    by_librdkafka(kafka, topic)
    readers = {f"a-{topic}": _one_by_aio}
    if api != "OffsetFetch":  # librdkafka tells of that one and does not ask again
        readers[f"l-{topic}"] = _one_by_librdkafka
    for group, read in readers.items():
        kafka.fault(name="away", api=api, group=group, error="NOT_COORDINATOR", count=1)
        assert read(kafka, topic, group) == b"x"
        assert kafka.remove("away")["hits"] == 1


def _one_by_librdkafka(kafka: Kafka, topic: str, group: str) -> bytes | None:
    settings = {"bootstrap.servers": kafka.bootstrap, "group.id": group}
    consumer = Consumer({**settings, "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    message = consumer.poll(WAIT_S)
    assert message is not None
    assert message.error() is None, message.error()
    consumer.close()
    value: bytes | None = message.value()
    return value


def _one_by_aio(kafka: Kafka, topic: str, group: str) -> bytes | None:
    async def read() -> bytes | None:
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=kafka.bootstrap,
            group_id=group,
            auto_offset_reset="earliest",
            retry_backoff_ms=20,
        )
        await consumer.start()
        try:
            record = await asyncio.wait_for(consumer.getone(), WAIT_S)
            value: bytes | None = record.value
            return value
        finally:
            await consumer.stop()

    return asyncio.run(read())


def test_a_commit_that_is_refused_is_told_and_others_are_not(kafka: Kafka) -> None:
    topic = kafka.topic(2)
    settings = {"bootstrap.servers": kafka.bootstrap, "group.id": f"g-{topic}"}
    consumer = Consumer(settings)
    offsets = [TopicPartition(topic, number, 5) for number in (0, 1)]
    rule = {"api": "OffsetCommit", "topic": topic, "partition": 1}
    kafka.fault(name="refused", error="OFFSET_METADATA_TOO_LARGE", **rule)
    with pytest.raises(KafkaException, match="Offset metadata string too large"):
        consumer.commit(offsets=offsets, asynchronous=False)
    kafka.remove("refused")
    found = consumer.committed([TopicPartition(topic, number) for number in (0, 1)], WAIT_S)
    consumer.close()
    assert [p.offset for p in found] == [5, -1001]


@pytest.mark.parametrize("api", ["InitProducerId", "AddOffsetsToTxn", "EndTxn", "TxnOffsetCommit"])
def test_a_transaction_commits_beside_retriable_errors(kafka: Kafka, api: str) -> None:
    topic = kafka.topic()
    kafka.fault(name="busy", api=api, error="COORDINATOR_LOAD_IN_PROGRESS", count=1)
    settings = {"bootstrap.servers": kafka.bootstrap, "transactional.id": f"t-{topic}"}
    producer = Producer({**settings, "retry.backoff.ms": 20})
    producer.init_transactions(WAIT_S)
    producer.begin_transaction()
    producer.produce(topic, b"x")
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": f"g-{topic}"})
    offsets = [TopicPartition(topic, 0, 1)]
    producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata(), WAIT_S)
    producer.commit_transaction(WAIT_S)
    consumer.close()
    assert kafka.remove("busy")["hits"] == 1
    assert kafka.end(topic) == 2  # the record and the marker


def test_metadata_of_one_topic_is_missing_for_a_while(kafka: Kafka) -> None:
    topic, other = kafka.topic(), kafka.topic()
    rule = {"api": "Metadata", "topic": topic, "error": "LEADER_NOT_AVAILABLE"}
    kafka.fault(name="electing", **rule)
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    topics = admin.list_topics(timeout=WAIT_S).topics
    told = topics[topic].error
    assert told is not None
    assert told.name() == "LEADER_NOT_AVAILABLE"
    assert topics[other].error is None
    kafka.remove("electing")
    for produce in CLIENTS:
        kafka.fault(name="electing", count=2, **rule)
        assert isinstance(produce(kafka, topic), int)
        assert kafka.remove("electing")["hits"] >= 1


def test_only_the_nth_request_is_hit(kafka: Kafka) -> None:
    topic = kafka.topic()
    kafka.fault(name="third", api="Produce", topic=topic, error="MESSAGE_TOO_LARGE", nth=3)
    told = [by_librdkafka(kafka, topic) for _ in range(5)]
    assert [isinstance(each, int) for each in told] == [True, True, False, True, True]
    assert kafka.faults()["third"]["fitting"] == 3


def test_a_fault_that_met_nothing_says_so(kafka: Kafka) -> None:
    kafka.fault(name="never", topic="no-such-topic", effect="drop_before")
    gone = kafka.remove("never")
    assert gone["hits"] == 0
    assert gone["warning"] == "nothing fitted this fault while it was in force"


def test_refused_for_one_client_id(kafka: Kafka) -> None:
    topic = kafka.topic()
    kafka.fault(name="you", effect="refuse_connect", client_id="ban*")
    with pytest.raises(KafkaException):
        AdminClient({"bootstrap.servers": kafka.bootstrap, "client.id": "banned"}).list_topics(
            timeout=1
        )
    assert by_librdkafka(kafka, topic) == 0
    assert kafka.remove("you")["hits"] >= 1


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"effect": "latency"}, "ms"),
        ({"effect": "explode"}, "effect"),
        ({}, "effect"),
        ({"error": "NOT_LEADER"}, "error"),
        ({"error": "NOT_COORDINATOR", "api": "Join"}, "api"),
        ({"error": "NOT_COORDINATOR", "probability": 2.0}, "probability"),
        ({"error": "NOT_COORDINATOR", "nth": 0}, "nth"),
        ({"effect": "refuse_connect", "topic": "a"}, "topic"),
        ({"error": "NOT_COORDINATOR", "topics": "a"}, "topics"),
        ({"error": "NOT_COORDINATOR", "partition": "one"}, "partition"),
    ],
)
def test_a_rule_that_cannot_be_names_its_field(
    kafka: Kafka, rule: dict[str, Any], field: str
) -> None:
    with pytest.raises(ControlRefused) as refused:
        kafka.control.request("POST", "/faults", rule)
    assert (refused.value.status, refused.value.field) == (400, field)


def test_names_are_unique_and_unknown_ones_are_not_removed(kafka: Kafka) -> None:
    kafka.fault(name="one", effect="drop_before", topic="x")
    with pytest.raises(ControlRefused) as taken:
        kafka.fault(name="one", effect="drop_before", topic="x")
    assert taken.value.field == "name"
    with pytest.raises(ControlRefused) as missing:
        kafka.remove("on")
    assert (missing.value.status, missing.value.hint) == (404, "did you mean 'one'?")

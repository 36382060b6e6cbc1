"""Real clients make the classic mistakes; the broker's log names each within 5 seconds."""

from __future__ import annotations

import contextlib
import gc
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer
from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

# kafka-python leaves the sockets of connections that it gave up to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

WAIT_S = 30.0
QUIET_S = 5.0
"""The doctor says what it has seen within this time: who is not named by then is not named."""

_LOOK_S = 0.05
NOWHERE = "127.0.0.1:9"
"""The port of RFC 863 on loopback, where nobody listens."""


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    """What kafka-python left behind is collected here, not in the middle of another test."""
    yield
    gc.collect()


def is_said(broker: Any, *words: str, wait_s: float = WAIT_S) -> bool:
    """Whether a warning with these words comes into the log."""
    deadline = time.monotonic() + wait_s
    waiting = threading.Event()
    while time.monotonic() < deadline:
        for line in broker.log().splitlines():
            if " WARNING " in line and all(word in line for word in words):
                return True
        waiting.wait(_LOOK_S)
    return False


@pytest.fixture
def lost_broker(start_broker: Callable[..., Any]) -> Any:
    """Tells everybody an address where nobody listens."""
    return start_broker(f"advertised.listeners=PLAINTEXT://{NOWHERE}")


@pytest.fixture
def strict_broker(start_broker: Callable[..., Any]) -> Any:
    return start_broker("auto.create.topics.enable=false", "message.max.bytes=10000")


def librdkafka(broker: Any, name: str, **more: Any) -> dict[str, Any]:
    return {"bootstrap.servers": broker.bootstrap, "client.id": name, "log_level": 0, **more}


@contextlib.contextmanager
def polling(client: Any) -> Iterator[None]:
    """Somebody has to call librdkafka while we look at the log."""
    stop = threading.Event()

    def poll() -> None:
        while not stop.is_set():
            with contextlib.suppress(KafkaException):
                client.poll(0.1)

    thread = threading.Thread(target=poll)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_librdkafka_producer_with_a_wrong_advertised_address(lost_broker: Any) -> None:
    producer = Producer(librdkafka(lost_broker, "rd-producer"))
    producer.produce("orders", b"1")
    with polling(producer):
        assert is_said(lost_broker, "advertised address", "rd-producer", NOWHERE)
    producer.purge()


def test_librdkafka_consumer_with_a_wrong_advertised_address(lost_broker: Any) -> None:
    consumer = Consumer(librdkafka(lost_broker, "rd-consumer", **{"group.id": "g"}))
    consumer.subscribe(["orders"])
    with polling(consumer):
        assert is_said(lost_broker, "advertised address", "rd-consumer", NOWHERE)
    consumer.close()


def test_kafka_python_with_a_wrong_advertised_address(lost_broker: Any) -> None:
    consumer = KafkaConsumer(
        "orders", bootstrap_servers=lost_broker.bootstrap, client_id="kp", group_id="g"
    )

    def poll() -> None:
        with contextlib.suppress(KafkaError):
            consumer.poll(timeout_ms=2000)

    thread = threading.Thread(target=poll)
    thread.start()
    assert is_said(lost_broker, "advertised address", "kp (kafka-python", NOWHERE)
    thread.join()
    with contextlib.suppress(KafkaError):
        consumer.close()


def test_tls_to_a_plaintext_port(broker: Any) -> None:
    context = ssl.create_default_context()
    host, _, port = broker.bootstrap.partition(":")
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 10) as plain:
        context.wrap_socket(plain, server_hostname="localhost")
    assert is_said(broker, "TLS to a plaintext port", "security.protocol=PLAINTEXT")


def test_tls_of_librdkafka_to_a_plaintext_port(start_broker: Callable[..., Any]) -> None:
    broker = start_broker()
    producer = Producer(librdkafka(broker, "tls", **{"security.protocol": "ssl"}))
    with polling(producer):
        assert is_said(broker, "TLS to a plaintext port")


def test_http_to_the_kafka_port(broker: Any) -> None:
    host, _, port = broker.bootstrap.partition(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(b"GET /topics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(1) == b""
    assert is_said(broker, "HTTP to the Kafka port", "GET /topics")


def test_sasl_of_librdkafka_on_a_listener_without_it(start_broker: Callable[..., Any]) -> None:
    broker = start_broker()
    words = {"sasl.mechanism": "PLAIN", "sasl.username": "u", "sasl.password": "p"}
    producer = Producer(
        librdkafka(broker, "sasl", **{"security.protocol": "sasl_plaintext", **words})
    )
    with polling(producer):
        assert is_said(broker, "SASL without need", "SASL PLAIN", "security.protocol=PLAINTEXT")


def test_postgresql_to_the_kafka_port(broker: Any) -> None:
    host, _, port = broker.bootstrap.partition(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(bytes.fromhex("0000000804d2162f"))
        assert connection.recv(1) == b""
    assert is_said(broker, "not Kafka", "PostgreSQL")


def test_an_oversize_message(start_broker: Callable[..., Any]) -> None:
    broker = start_broker("message.max.bytes=10000")
    producer = Producer(librdkafka(broker, "bulk"))
    producer.produce("orders", bytes(50_000))
    with polling(producer):
        assert is_said(broker, "oversize message", "bulk", "max.message.bytes=10000", "orders")


def test_a_request_above_the_limit_of_the_socket(start_broker: Callable[..., Any]) -> None:
    broker = start_broker("socket.request.max.bytes=20000")
    host, _, port = broker.bootstrap.partition(":")
    api_versions = bytes([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 255, 255])
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(api_versions)
        assert connection.recv(4)
        connection.sendall((50_000).to_bytes(4, "big"))
        while connection.recv(4096):
            pass
    assert is_said(broker, "oversize message", "50000 bytes", "socket.request.max.bytes=20000")


_TWO_MEMBERS = """
import sys
from confluent_kafka import Consumer
def member(name):
    settings = {"bootstrap.servers": sys.argv[1], "client.id": name, "log_level": 0,
                "group.id": "doctor-static", "group.instance.id": "one"}
    consumer = Consumer(settings)
    consumer.subscribe(["doctor-static"])
    return consumer
first = member("first")
while not first.assignment():
    first.poll(0.1)
second = member("second")
while True:
    for consumer in (first, second):
        try:
            consumer.poll(0.1)
        except Exception:
            pass
"""


def test_two_consumers_with_one_group_instance_id(broker: Any) -> None:
    """In a process of their own: librdkafka does not close a fenced consumer in good time."""
    producer = Producer(librdkafka(broker, "maker"))
    producer.produce("doctor-static", b"1")
    assert producer.flush(20) == 0
    members = subprocess.Popen([sys.executable, "-c", _TWO_MEMBERS, broker.bootstrap])
    try:
        # Both have to join first, and the fenced one hears of it at a heartbeat, every 3 s.
        assert is_said(broker, "group.instance.id one", "first", "second")
    finally:
        members.kill()
        members.wait()


def test_a_missing_topic_with_creation_off(strict_broker: Any) -> None:
    producer = Producer(librdkafka(strict_broker, "shop"))
    producer.produce("oders", b"1")
    with polling(producer):
        assert is_said(strict_broker, "missing topic", "shop", "topic oders")
    producer.purge()


def test_clients_that_do_nothing_wrong_are_left_alone(start_broker: Callable[..., Any]) -> None:
    """Idle ones, ones that list, ones that work: three seconds of them without a warning."""
    broker = start_broker()
    idle = [Producer(librdkafka(broker, "rd-idle")), Producer(librdkafka(broker, "rd-list"))]
    idle[1].list_topics(timeout=10)
    python = KafkaProducer(bootstrap_servers=broker.bootstrap, client_id="kp-idle")
    consumer = Consumer(librdkafka(broker, "rd-consumer", **{"group.id": "idle"}))
    consumer.subscribe(["made"])
    idle[0].produce("made", b"1")
    idle[0].flush(10)
    with polling(consumer):
        assert not is_said(broker, "wirekafka.doctor", wait_s=QUIET_S)
    consumer.close()
    python.close()

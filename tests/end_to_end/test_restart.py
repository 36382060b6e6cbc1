"""What survives a restart, clean or not, and how fast a broker stops."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from wirekafka_protocol.codec import decode, encode
from wirekafka_protocol.framing import begin_request, end_frame, parse_response_header
from wirekafka_protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from wirekafka_protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from wirekafka_protocol.messages.join_group import (
    JoinGroupRequest,
    JoinGroupRequestProtocol,
    JoinGroupResponse,
)
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from wirekafka_protocol.messages.sync_group import (
    SyncGroupRequest,
    SyncGroupRequestAssignment,
    SyncGroupResponse,
)

ROOT = Path(__file__).parents[2]
WAIT_SECONDS = 20
STOP_LIMIT_SECONDS = 1.0
TOPIC = "kept"


class Raw:
    """A socket that speaks one request at a time."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), WAIT_SECONDS)

    def send(self, request: Any, version: int) -> None:
        out = bytearray()
        start = begin_request(
            out,
            api_key=type(request).KEY,
            api_version=version,
            correlation_id=7,
            client_id="raw",
        )
        out += encode(request, version)
        end_frame(out, start)
        self.socket.sendall(out)

    def ask(self, request: Any, version: int, response: Any) -> Any:
        self.send(request, version)
        size = int.from_bytes(self._read(4), "big")
        data = self._read(size)
        _, pos = parse_response_header(
            data, 0, size, api_key=type(request).KEY, api_version=version
        )
        return decode(response, version, data[pos:])

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            chunk = self.socket.recv(size - len(data))
            assert chunk, f"closed after {len(data)} of {size} bytes"
            data += chunk
        return data

    def close(self) -> None:
        self.socket.close()


def ask(broker: Any, request: Any, version: int, response: Any) -> Any:
    """One answer, on a connection of its own."""
    raw = Raw(broker.bootstrap)
    try:
        return raw.ask(request, version, response)
    finally:
        raw.close()


def create_topic(broker: Any, partitions: int = 1, name: str = TOPIC) -> None:
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    admin.create_topics([NewTopic(name, partitions, 1)])[name].result(WAIT_SECONDS)


def restart(broker: Any, *, cleanly: bool) -> None:
    if cleanly:
        assert broker.stop() == 0
    else:
        broker.kill()
    broker.start()


def topic_metadata(broker: Any) -> Any:
    request = MetadataRequest(topics=[MetadataRequestTopic(name=TOPIC)])
    (topic,) = ask(broker, request, 12, MetadataResponse).topics
    assert topic.error_code == 0
    return topic


@pytest.mark.parametrize("cleanly", [True, False])
def test_a_restart_keeps_topic_ids_and_raises_leader_epochs(
    start_broker: Any, cleanly: bool
) -> None:
    """Kafka 4.3.1 raises them by two, for going and for coming: only that they grow matters."""
    broker = start_broker()
    create_topic(broker, 3)
    before = topic_metadata(broker)
    restart(broker, cleanly=cleanly)
    after = topic_metadata(broker)
    assert after.topic_id == before.topic_id
    assert [row.leader_epoch for row in after.partitions] == [
        row.leader_epoch + 1 for row in before.partitions
    ]


@pytest.mark.parametrize("cleanly", [True, False])
def test_producer_ids_are_never_given_twice(start_broker: Any, cleanly: bool) -> None:
    broker = start_broker()
    given = []
    for _ in range(3):
        for _ in range(3):
            answer = ask(
                broker, InitProducerIdRequest(transactional_id=None), 4, InitProducerIdResponse
            )
            assert answer.error_code == 0
            given.append(answer.producer_id)
        restart(broker, cleanly=cleanly)
    assert len(set(given)) == 9


@pytest.mark.parametrize("cleanly", [True, False])
def test_a_restart_keeps_records_and_their_offsets(start_broker: Any, cleanly: bool) -> None:
    broker = start_broker()
    create_topic(broker)
    placed: list[tuple[int, bytes]] = []
    for life in range(3):
        producer = Producer({"bootstrap.servers": broker.bootstrap, "log_level": 0, "linger.ms": 1})
        for number in range(100):
            producer.produce(
                TOPIC,
                b"%d-%d" % (life, number),
                on_delivery=lambda _, message: placed.append((message.offset(), message.value())),
            )
        assert producer.flush(WAIT_SECONDS) == 0
        restart(broker, cleanly=cleanly)
    assert len(placed) == 300
    assert read_all(broker) == sorted(placed)


def read_all(broker: Any) -> list[tuple[int, bytes]]:
    consumer = Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "log_level": 0,
            "group.id": "reader",
            "enable.partition.eof": True,
            "enable.auto.commit": False,
        }
    )
    consumer.assign([TopicPartition(TOPIC, 0, 0)])
    found = []
    while True:
        (message,) = consumer.consume(1, WAIT_SECONDS)
        if message.error() is not None:
            consumer.close()
            return found
        found.append((message.offset(), message.value()))


@pytest.mark.parametrize("cleanly", [True, False])
def test_a_restart_keeps_committed_offsets_of_a_group_without_members(
    start_broker: Any, cleanly: bool
) -> None:
    broker = start_broker()
    create_topic(broker, 2)
    places = [TopicPartition(TOPIC, 0, 11), TopicPartition(TOPIC, 1, 22)]
    consumer = Consumer(
        {"bootstrap.servers": broker.bootstrap, "log_level": 0, "group.id": "simple"}
    )
    consumer.commit(offsets=places, asynchronous=False)
    consumer.close()
    restart(broker, cleanly=cleanly)
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions("simple")])
    found = asked["simple"].result(WAIT_SECONDS)
    assert [place.offset for place in found.topic_partitions] == [11, 22]


@pytest.mark.parametrize("cleanly", [True, False])
def test_a_restart_keeps_members_and_generation_of_a_group(
    start_broker: Any, cleanly: bool
) -> None:
    """A member goes on in its generation, as if nothing had been: no rebalance."""
    broker = start_broker("group.initial.rebalance.delay.ms=0")
    create_topic(broker)
    Consumer({"bootstrap.servers": broker.bootstrap, "log_level": 0, "group.id": "warm"}).committed(
        [TopicPartition(TOPIC, 0)], WAIT_SECONDS
    )
    request = JoinGroupRequest(
        group_id="g",
        session_timeout_ms=30_000,
        rebalance_timeout_ms=30_000,
        protocol_type="consumer",
        protocols=[JoinGroupRequestProtocol(name="range", metadata=b"m")],
    )
    request.member_id = ask(broker, request, 5, JoinGroupResponse).member_id
    joined = ask(broker, request, 5, JoinGroupResponse)
    sync = SyncGroupRequest(
        group_id="g",
        generation_id=joined.generation_id,
        member_id=joined.member_id,
        assignments=[SyncGroupRequestAssignment(member_id=joined.member_id, assignment=b"yours")],
    )
    assert ask(broker, sync, 3, SyncGroupResponse).error_code == 0
    restart(broker, cleanly=cleanly)
    again = ask(broker, sync, 3, SyncGroupResponse)
    assert (again.error_code, again.assignment) == (0, b"yours")
    rejoined = ask(broker, request, 5, JoinGroupResponse)
    assert rejoined.error_code == 0
    assert rejoined.generation_id == joined.generation_id + 1


def test_a_broker_stops_at_once_while_clients_wait(start_broker: Any) -> None:
    """SIGTERM with connected, half-sent, idle and long-polling clients: exit 0 within a second."""
    broker = start_broker()
    create_topic(broker)
    poll = FetchRequest(
        max_wait_ms=30_000,
        min_bytes=1,
        topics=[FetchTopic(topic=TOPIC, partitions=[FetchPartition(partition=0)])],
    )
    join = JoinGroupRequest(
        group_id="waiting",
        session_timeout_ms=30_000,
        rebalance_timeout_ms=30_000,
        protocol_type="consumer",
        protocols=[JoinGroupRequestProtocol(name="range", metadata=b"m")],
    )
    with ExitStack() as stack:
        clients = [Raw(broker.bootstrap) for _ in range(12)]
        for client in clients:
            stack.callback(client.close)
        for client in clients[:4]:
            client.send(poll, 11)
        for client in clients[4:8]:
            client.send(join, 3)
        for client in clients[8:10]:
            client.socket.sendall(b"\x00\x01\x00\x00half")
        consumer = Consumer(
            {"bootstrap.servers": broker.bootstrap, "log_level": 0, "group.id": "real"}
        )
        stack.callback(consumer.close)
        consumer.subscribe([TOPIC])
        consumer.poll(0.1)
        # A round trip of its own: what was sent before has been read by now.
        create_topic(broker, name="afterwards")
        began = time.monotonic()
        assert broker.stop() == 0
        assert time.monotonic() - began < STOP_LIMIT_SECONDS
        for client in clients:
            client.socket.settimeout(WAIT_SECONDS)
            while client.socket.recv(65536):
                pass


def test_a_broker_that_is_told_to_stop_while_it_starts_exits_0(tmp_path: Path) -> None:
    """Told when it imports the config's parser: `serve` runs, but nothing is open yet."""
    command = [sys.executable, "-X", "importtime", "-m", "wirekafka", "serve"]
    process = subprocess.Popen(
        [*command, "--listen", "127.0.0.1:0", "--data-dir", str(tmp_path / "data")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "wirekafka.config.parse" in line:  # imported after serve has begun to run
            process.terminate()
            break
    process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 0

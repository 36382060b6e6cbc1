"""A blocking client for setting up and checking what the loads do. Not itself measured."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from . import wire

LIMIT_S = 60.0  # no single answer may take longer
MARKERS_LIMIT_S = 5.0
UNKNOWN_TOPIC_OR_PARTITION = 3
INVALID_CONFIG = 40
# unknown topic, leader not available, not the leader: what clients answer with another attempt
RETRIABLE = frozenset({UNKNOWN_TOPIC_OR_PARTITION, 5, 6})

# Deleted files shall leave the disk while the run lasts, not a minute later.
TOPIC_CONFIGS = {"file.delete.delay.ms": "1000"}
NO_CONFIGS: Mapping[str, str] = MappingProxyType({})


class BenchError(Exception):
    """What was to be measured did not work; the row is reported as failed."""


class SkippedError(Exception):
    """A tool that the row needs is not installed; the row is left out, which is no failure."""


class RetriableError(BenchError):
    """The broker asks for patience; fails a row only when it goes on."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        host, _, port = text.rpartition(":")
        return cls(host.strip("[]"), int(port))

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Connection:
    """One socket; `call` sends a frame and returns the whole answer, length included."""

    def __init__(self, address: Address, *, limit_s: float = LIMIT_S) -> None:
        self.socket = socket.create_connection((address.host, address.port), timeout=limit_s)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def without_limit(self) -> Connection:
        """Block for ever: a limit costs a poll per call. The load's process has one anyway."""
        self.socket.settimeout(None)
        return self

    def call(self, request: bytes) -> bytes:
        self.socket.sendall(request)
        return self.receive()

    def receive(self) -> bytes:
        head = self._exactly(4)
        return head + self._exactly(int.from_bytes(head, "big"))

    def _exactly(self, count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            part = self.socket.recv(min(count - len(parts), 1 << 20))
            if not part:
                raise BenchError("the broker closed the connection")
            parts += part
        return bytes(parts)


def create_topic(
    address: Address, name: str, partitions: int, configs: Mapping[str, str] = NO_CONFIGS
) -> None:
    """Create a topic and wait until every partition has a leader."""
    with Connection(address) as connection:
        for chosen in ({**TOPIC_CONFIGS, **configs}, dict(configs)):
            request = wire.create_topics_frame(name, partitions, chosen, timeout_ms=30_000)
            code = _topic_error(connection.call(request))
            if code != INVALID_CONFIG:
                break
        if code:
            raise BenchError(f"CreateTopics {name} failed with error {code}")
        wait_for_leaders(connection, name, partitions)


def wait_until_served(address: Address, name: str, partitions: int) -> None:
    """Wait until the leaders know that they lead: in Kafka a moment after the metadata says so."""
    deadline = time.monotonic() + LIMIT_S
    while True:
        try:
            end_offsets(address, name, partitions)
        except RetriableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.005)
        else:
            return


def delete_topic(address: Address, name: str) -> None:
    """Delete a topic; one that is gone already is fine."""
    with Connection(address) as connection:
        code = _topic_error(connection.call(wire.delete_topics_frame(name, timeout_ms=30_000)))
        if code not in (0, UNKNOWN_TOPIC_OR_PARTITION):
            raise BenchError(f"DeleteTopics {name} failed with error {code}")


def set_topic_config(address: Address, topic: str, key: str, value: str) -> None:
    """Set one config of a topic."""
    with Connection(address) as connection:
        reader = wire.Reader(connection.call(wire.set_topic_config_frame(topic, key, value)))
    _, _, code = reader.take("iih")
    if code:
        raise BenchError(f"{key}={value} for {topic} failed with error {code}")


def wait_for_leaders(connection: Connection, name: str, partitions: int) -> None:
    """Ask for metadata until all partitions are there with a leader."""
    deadline = time.monotonic() + LIMIT_S
    request = wire.metadata_frame([name])
    while led_partitions(connection.call(request)) < partitions:
        if time.monotonic() > deadline:
            raise BenchError(f"{name} has not {partitions} leaders after {LIMIT_S:.0f} s")
        time.sleep(0.001)


def led_partitions(response: bytes) -> int:
    """How many partitions of the one topic in a Metadata v4 response have a leader and no error."""
    reader = wire.Reader(response)
    _, brokers = reader.take("ii")
    for _ in range(brokers):
        reader.take("i")
        reader.string()
        reader.take("i")
        reader.string()
    reader.string()
    reader.take("ii")
    reader.take("h")
    reader.string()
    reader.take("b")
    (partitions,) = reader.take("i")
    led = 0
    for _ in range(partitions):
        error, _, leader = reader.take("hii")
        for _ in range(2):  # replicas, in-sync replicas
            (count,) = reader.take("i")
            reader.take(f"{count}i")
        led += error == 0 and leader >= 0
    return led


def end_offsets(address: Address, topic: str, partitions: int) -> list[int]:
    """The end offset of each partition, in order."""
    with Connection(address) as connection:
        request = wire.list_offsets_frame(topic, range(partitions), wire.LATEST_TIMESTAMP)
        reader = wire.Reader(connection.call(request))
    reader.take("ii")
    reader.string()
    (count,) = reader.take("i")
    found: dict[int, int] = {}
    for _ in range(count):
        index, error, _, offset = reader.take("ihqq")
        if error:
            kind = RetriableError if error in RETRIABLE else BenchError
            raise kind(f"ListOffsets {topic}-{index} failed with error {error}")
        found[index] = offset
    return [found[index] for index in range(partitions)]


def wait_for_records(address: Address, topic: str, count: int) -> None:
    """As `expect_records` of one partition, for what is written a moment after its answer: Kafka
    writes the markers of a transaction behind its end."""
    deadline = time.monotonic() + MARKERS_LIMIT_S
    while end_offsets(address, topic, 1) != [count] and time.monotonic() < deadline:
        time.sleep(0.01)
    expect_records(address, topic, 1, count)


def expect_records(address: Address, topic: str, partitions: int, count: int) -> None:
    """A figure counts only when the log holds what was sent."""
    stored = sum(end_offsets(address, topic, partitions))
    if stored != count:
        raise BenchError(f"{topic} holds {stored} records, {count} were acknowledged")


def _topic_error(response: bytes) -> int:
    """The error of the one topic in a CreateTopics v4 or DeleteTopics v3 response."""
    reader = wire.Reader(response)
    reader.take("ii")
    reader.string()
    return reader.take("h")[0]

"""A well-behaved client on a connection of its own: does the broker still serve it?

The witness writes one record to its own topic and reads it back, and asks for the API table. It
makes its record batches itself, so that a fault in our batch code cannot hide here.
"""

from __future__ import annotations

import struct
import time
from typing import TypeVar

import crc32c
from fuzzing.conversation import Conversation, Outcome
from wirekafka_protocol.codec import decoder, encode
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from wirekafka_protocol.messages.create_topics import (
    CreatableTopic,
    CreateTopicsRequest,
    CreateTopicsResponse,
)
from wirekafka_protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
)
from wirekafka_protocol.messages.headers import RequestHeader
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
)
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from wirekafka_protocol.schema import Message

R = TypeVar("R", bound=Message)

LIMIT_S = 5.0
"""A witness's request is answered in milliseconds; this is what a loaded machine gets."""

TOPIC_LIMIT_S = 30.0
"""A topic has a leader within this time after its creation."""


class WitnessError(Exception):
    """The broker does not serve its well-behaved client any more."""


def record_batch(value: bytes) -> bytes:
    """A record batch (magic 2) of one record without a key, of the time 0."""
    record = b"\x00\x00\x00\x01" + _varint(len(value)) + value + b"\x00"
    records = _varint(len(record)) + record
    body = struct.pack(">hiqqqhii", 0, 0, 0, 0, -1, -1, -1, 1) + records
    head = struct.pack(">ibI", 0, 2, crc32c.crc32c(body))
    return struct.pack(">qi", 0, len(head) + len(body)) + head + body


def _varint(value: int) -> bytes:
    """A zig-zag varint, as inside records; `value` is not negative."""
    value <<= 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


class Witness:
    """The client; `topic` is its own, nobody else is to write to it."""

    def __init__(self, address: tuple[str, int], topic: str) -> None:
        self._conversation = Conversation(address)
        self._topic = topic
        self._correlation_id = 1 << 30
        self._values = 0

    def close(self) -> None:
        self._conversation.close()

    def create_topic(self, name: str) -> bytes:
        """Make sure that a topic of one partition exists and has a leader; its topic id."""
        creation = CreateTopicsRequest([CreatableTopic(name, 1, 1)], timeout_ms=5000)
        self._ask(creation, 5, CreateTopicsResponse)
        deadline = time.monotonic() + TOPIC_LIMIT_S
        while time.monotonic() < deadline:
            wanted = [MetadataRequestTopic(name=name)]
            metadata = self._ask(MetadataRequest(wanted, False), 12, MetadataResponse)
            topic = metadata.topics[0]
            if topic.error_code == 0 and all(p.leader_id >= 0 for p in topic.partitions):
                return topic.topic_id
            time.sleep(0.05)  # a leader is elected; there is nothing to wait for but time
        raise WitnessError(f"topic {name} has no leader after {TOPIC_LIMIT_S} s")

    def create_own_topic(self) -> None:
        self.create_topic(self._topic)

    def check(self) -> None:
        """WitnessError if the API table, a write or reading it back is not as it should be."""
        table = self._ask(ApiVersionsRequest("witness", "1"), 3, ApiVersionsResponse)
        if table.error_code or not table.api_keys:
            raise WitnessError(f"ApiVersions: error {table.error_code}")
        self._values += 1
        value = b"witness %d" % self._values
        offset = self._produce(value)
        partition = FetchPartition(partition=0, fetch_offset=offset, partition_max_bytes=1 << 20)
        request = FetchRequest(
            max_wait_ms=1000, min_bytes=1, topics=[FetchTopic(self._topic, partitions=[partition])]
        )
        read = self._ask(request, 11, FetchResponse)
        answer = read.responses[0].partitions[0]
        if answer.error_code:
            raise WitnessError(f"Fetch at {offset}: error {answer.error_code}")
        if value not in bytes(answer.records or b""):
            raise WitnessError(f"Fetch at {offset}: {value!r} is not in what was read")

    def _produce(self, value: bytes) -> int:
        data = TopicProduceData(
            self._topic, partition_data=[PartitionProduceData(0, record_batch(value))]
        )
        request = ProduceRequest(acks=1, timeout_ms=5000, topic_data=[data])
        answer = self._ask(request, 8, ProduceResponse).responses[0].partition_responses[0]
        if answer.error_code:
            raise WitnessError(f"Produce: error {answer.error_code} {answer.error_message}")
        return answer.base_offset

    def _ask(self, request: Message, version: int, response: type[R]) -> R:
        name = type(request).__name__.removesuffix("Request")
        self._correlation_id += 1
        flexible = version in request.FLEXIBLE
        header = RequestHeader(request.KEY or 0, version, self._correlation_id, "witness")
        payload = encode(header, 2 if flexible else 1) + encode(request, version)
        try:
            reply = self._conversation.ask(payload, self._correlation_id, limit_s=LIMIT_S)
        except OSError as error:
            raise WitnessError(f"{name}: {error}") from error
        if reply.outcome is not Outcome.ANSWERED:
            raise WitnessError(f"{name} is {reply.outcome.value} after {reply.elapsed_s:.1f} s")
        body_at = 1 if flexible and request.KEY != ApiVersionsRequest.KEY else 0
        try:
            return decoder(response, version)(reply.body, body_at, len(reply.body))[0]
        except ProtocolError as error:
            raise WitnessError(f"{name}: {error}") from error

"""A producer for the commands that measure: batches, requests under way, idempotence, transactions.

Records wait in one open batch for each partition until it is full or has lingered; full batches
wait in a queue whose bytes are bounded, and a request takes at most one of each partition. Answers
come in order, so a batch that is refused is reported and not sent again.

Topics go by their names (Produce 11) and partitions are added to transactions explicitly
(AddPartitionsToTxn 3, EndTxn 4): what every broker since 2.5 understands.
Source: KIP-98, KIP-480; defaults of `ProducerConfig` in 4.3.1.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnResponse,
    AddPartitionsToTxnTopic,
)
from wirekafka_protocol.messages.end_txn import EndTxnRequest, EndTxnResponse
from wirekafka_protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
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
from wirekafka_protocol.murmur2 import partition_of_key
from wirekafka_protocol.records.compression import Compression
from wirekafka_protocol.records.record import Record, build_batch

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.cluster import TRANSACTION, Cluster, TopicPartition
from wirekafka.cli.wire.connection import Connection
from wirekafka.cli.wire.fault_texts import fault

PROPERTIES = frozenset(
    {
        "acks", "batch.size", "buffer.memory", "compression.type", "enable.idempotence",
        "key.serializer", "linger.ms", "max.in.flight.requests.per.connection",
        "max.request.size", "transaction.timeout.ms", "transactional.id", "value.serializer",
    }
)  # fmt: skip
"""The producer properties that are understood; values are bytes, so serializers do nothing."""

_PRODUCE_VERSION = 11
_ADD_PARTITIONS_VERSION = 3
_END_TXN_VERSION = 4
_METADATA_TIMEOUT_S = 60.0  # Java's max.block.ms
_PAUSE_S = 0.05
_RECORD_OVERHEAD_BYTES = 12  # lengths, deltas and attributes of a small record
_TRANSACTIONAL = 1 << 4  # attribute bit of batches

Done = Callable[["Batch", int, str | None], None]
"""Called for each batch with its base offset (-1: unknown) and None, or why it was refused."""


@dataclass(slots=True)
class Batch:
    """Records of one partition; `sent_ms` are the times at which they were handed over."""

    at: TopicPartition
    opened_s: float
    records: list[Record] = field(default_factory=list)
    sent_ms: list[int] = field(default_factory=list)
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class ProducerSettings:
    """What the properties say, with Java's defaults."""

    acks: int = -1
    batch_bytes: int = 16_384
    buffer_bytes: int = 33_554_432
    compression: int = Compression.NONE
    is_idempotent: bool = True
    linger_s: float = 0.005
    most_in_flight: int = 5
    request_bytes: int = 1_048_576
    transaction_timeout_ms: int = 60_000
    transactional_id: str | None = None

    @staticmethod
    def of(properties: Mapping[str, str]) -> ProducerSettings:
        """Settings of client properties; raises CommandError for values that are none."""

        def number(name: str, default: int) -> int:
            text = properties.get(name, str(default)).strip()
            if not text.lstrip("-").isdecimal():
                raise CommandError(f"client property {name}: {text!r} is no number")
            return int(text)

        codec = properties.get("compression.type", "none").strip().upper()
        if codec not in Compression.__members__:
            raise CommandError(f"client property compression.type: {codec.lower()} is no codec")
        all_acks = properties.get("acks", "all").strip()
        acks = -1 if all_acks == "all" else number("acks", -1)
        transactional_id = properties.get("transactional.id")
        wished = properties.get("enable.idempotence", "true").strip().lower() == "true"
        return ProducerSettings(
            acks=acks,
            batch_bytes=number("batch.size", 16_384),
            buffer_bytes=number("buffer.memory", 33_554_432),
            compression=Compression[codec],
            # As in Java: fewer acknowledgements turn it off, unless it was asked for.
            is_idempotent=wished and acks == -1,
            linger_s=number("linger.ms", 5) / 1000,
            most_in_flight=number("max.in.flight.requests.per.connection", 5),
            request_bytes=number("max.request.size", 1_048_576),
            transaction_timeout_ms=number("transaction.timeout.ms", 60_000),
            transactional_id=transactional_id,
        )


class Producer:
    """Sends records; every call may take answers and call `done`. Not for several threads."""

    def __init__(self, cluster: Cluster, settings: ProducerSettings, done: Done) -> None:
        self._cluster = cluster
        self._settings = settings
        self._done = done
        self._leaders: dict[str, dict[int, int]] = {}
        self._sticky: dict[str, int] = {}
        self._open: dict[TopicPartition, Batch] = {}
        self._ready: dict[int, deque[Batch]] = {}
        self._ready_bytes = 0
        self._under_way: dict[int, deque[list[Batch]]] = {}
        self._connections: dict[int, Connection] = {}
        self._sequences: dict[TopicPartition, int] = {}
        self._in_transaction: set[TopicPartition] = set()
        self._producer_id = -1
        self._producer_epoch = -1
        if settings.is_idempotent or settings.transactional_id is not None:
            self._init_producer_id()

    def send(
        self, topic: str, value: bytes | None, *, key: bytes | None = None, now_ms: int
    ) -> None:
        """Add a record; waits while the buffer is full. `now_ms` is the record's timestamp."""
        at = TopicPartition(topic, self._choose(topic, key))
        size = len(value or b"") + len(key or b"") + _RECORD_OVERHEAD_BYTES
        if size > self._settings.request_bytes:
            raise CommandError(
                f"The message is {size} bytes when serialized which is larger than "
                f"{self._settings.request_bytes}, which is the value of the max.request.size "
                "configuration."
            )
        batch = self._open.get(at)
        if batch is not None and batch.size_bytes + size > self._settings.batch_bytes:
            self._close_batch(batch)
            batch = None
        if batch is None:
            batch = self._open[at] = Batch(at, time.monotonic())
        batch.records.append(Record(len(batch.records), now_ms, key, value))
        batch.sent_ms.append(now_ms)
        batch.size_bytes += size

    def poll(self, wait_s: float = 0.0) -> None:
        """Close batches that lingered, send what may be sent, take answers for so long."""
        deadline = time.monotonic() + wait_s
        while True:
            now = time.monotonic()
            for batch in [*self._open.values()]:
                if now - batch.opened_s >= self._settings.linger_s:
                    self._close_batch(batch)
            self._send_ready()
            left = max(0.0, deadline - now)
            if self._open:
                left = min(left, self._settings.linger_s)
            self._take_answers(left)
            if time.monotonic() >= deadline:
                return

    def flush(self) -> None:
        """Send everything and wait for every answer."""
        for batch in [*self._open.values()]:
            self._close_batch(batch)
        while any(self._ready.values()) or any(self._under_way.values()):
            self._send_ready()
            self._take_answers(_PAUSE_S)

    def commit_transaction(self) -> None:
        """Flush, then commit what was sent since the last commit."""
        self.flush()
        if not self._in_transaction:
            return
        name = self._settings.transactional_id
        assert name is not None
        request = EndTxnRequest(name, self._producer_id, self._producer_epoch, True)
        node = self._cluster.node(self._cluster.coordinator(TRANSACTION, name))

        def ask() -> EndTxnResponse:
            node.send(request, _END_TXN_VERSION)
            return node.receive(EndTxnResponse)

        answer = self._cluster.until_settled(ask, lambda answer: answer.error_code)
        if answer.error_code:
            raise CommandError(f"commit of the transaction: {fault(answer.error_code)}")
        self._in_transaction.clear()

    def _init_producer_id(self) -> None:
        name = self._settings.transactional_id
        request = InitProducerIdRequest(name, self._settings.transaction_timeout_ms)
        if name is None:
            answer = self._cluster.until_settled(
                lambda: self._cluster.ask(request, InitProducerIdResponse),
                lambda row: row.error_code,
            )
        else:
            answer = self._cluster.ask_coordinator(
                TRANSACTION, name, request, InitProducerIdResponse, lambda row: row.error_code
            )
        if answer.error_code:
            raise CommandError(f"no producer id: {fault(answer.error_code)}")
        self._producer_id, self._producer_epoch = answer.producer_id, answer.producer_epoch

    def _choose(self, topic: str, key: bytes | None) -> int:
        """Keys by their hash; records without one stay with a partition until its batch is full."""
        leaders = self._leaders.get(topic)
        if leaders is None:
            leaders = self._leaders[topic] = self._find_leaders(topic)
        if key is not None:
            return partition_of_key(key, len(leaders))
        chosen = self._sticky.get(topic)
        if chosen is None:
            chosen = self._sticky[topic] = random.randrange(len(leaders))
        return chosen

    def _find_leaders(self, topic: str) -> dict[int, int]:
        """The leader of each partition, once all have one; the topic may be created by asking."""
        deadline = time.monotonic() + _METADATA_TIMEOUT_S
        request = MetadataRequest([MetadataRequestTopic(name=topic)], True)
        while True:
            (found,) = self._cluster.ask(request, MetadataResponse).topics
            leaders = {one.partition_index: one.leader_id for one in found.partitions}
            if leaders and not found.error_code and min(leaders.values()) >= 0:
                return leaders
            if found.error_code == ErrorCode.INVALID_TOPIC_EXCEPTION:
                raise CommandError(f"topic {topic}: {fault(found.error_code)}")
            if time.monotonic() >= deadline:
                waited = int(_METADATA_TIMEOUT_S * 1000)
                raise CommandError(f"Topic {topic} not present in metadata after {waited} ms.")
            time.sleep(_PAUSE_S)

    def _close_batch(self, batch: Batch) -> None:
        del self._open[batch.at]
        self._sticky.pop(batch.at.topic, None)
        leader = self._leaders[batch.at.topic][batch.at.partition]
        self._ready.setdefault(leader, deque()).append(batch)
        self._ready_bytes += batch.size_bytes
        self._send_ready()
        self._take_answers(0.0)
        while self._ready_bytes > self._settings.buffer_bytes:
            self._take_answers(_PAUSE_S)
            self._send_ready()

    def _send_ready(self) -> None:
        for leader, batches in self._ready.items():
            under_way = self._under_way.setdefault(leader, deque())
            while batches and len(under_way) < self._settings.most_in_flight:
                chosen: dict[TopicPartition, Batch] = {}
                size = 0
                while batches and batches[0].at not in chosen:
                    size += batches[0].size_bytes
                    if chosen and size > self._settings.request_bytes:
                        break
                    batch = batches.popleft()
                    chosen[batch.at] = batch
                self._send_request(leader, [*chosen.values()])

    def _send_request(self, leader: int, batches: list[Batch]) -> None:
        settings = self._settings
        if settings.transactional_id is not None:
            self._add_to_transaction(settings.transactional_id, batches)
        topics: dict[str, list[PartitionProduceData]] = {}
        for batch in batches:
            self._ready_bytes -= batch.size_bytes
            row = PartitionProduceData(batch.at.partition, self._packed(batch))
            topics.setdefault(batch.at.topic, []).append(row)
        request = ProduceRequest(
            settings.transactional_id, settings.acks, 30_000,
            [TopicProduceData(name, partition_data=rows) for name, rows in topics.items()],
        )  # fmt: skip
        connection = self._connection(leader)
        if settings.acks == 0:
            connection.send_unanswered(request, _PRODUCE_VERSION)
            for batch in batches:
                self._done(batch, -1, None)
            return
        connection.send(request, _PRODUCE_VERSION)
        self._under_way[leader].append(batches)

    def _packed(self, batch: Batch) -> memoryview:
        sequence = -1
        if self._producer_id >= 0:
            sequence = self._sequences.get(batch.at, 0)
            self._sequences[batch.at] = sequence + len(batch.records)
        is_transactional = self._settings.transactional_id is not None
        return memoryview(
            build_batch(
                batch.records,
                compression=self._settings.compression,
                attributes=_TRANSACTIONAL if is_transactional else 0,
                producer_id=self._producer_id,
                producer_epoch=self._producer_epoch,
                base_sequence=sequence,
            )
        )

    def _add_to_transaction(self, name: str, batches: list[Batch]) -> None:
        topics: dict[str, list[int]] = {}
        for batch in batches:
            if batch.at not in self._in_transaction:
                topics.setdefault(batch.at.topic, []).append(batch.at.partition)
        if not topics:
            return
        request = AddPartitionsToTxnRequest(
            v3_and_below_transactional_id=name,
            v3_and_below_producer_id=self._producer_id,
            v3_and_below_producer_epoch=self._producer_epoch,
            v3_and_below_topics=[AddPartitionsToTxnTopic(*row) for row in topics.items()],
        )
        node = self._cluster.node(self._cluster.coordinator(TRANSACTION, name))

        def ask() -> AddPartitionsToTxnResponse:
            node.send(request, _ADD_PARTITIONS_VERSION)
            return node.receive(AddPartitionsToTxnResponse)

        answer = self._cluster.until_settled(ask, _first_code)
        if _first_code(answer):
            raise CommandError(f"partitions of the transaction: {fault(_first_code(answer))}")
        self._in_transaction |= {batch.at for batch in batches}

    def _connection(self, leader: int) -> Connection:
        """A connection of the producer's own: answers of Produce must not meet others."""
        found = self._connections.get(leader)
        if found is None:
            node = self._cluster.nodes[leader]
            found = self._connections[leader] = self._cluster.connect(node.host, node.port)
        return found

    def close(self) -> None:
        """End the connections; what is not flushed is lost."""
        for connection in self._connections.values():
            connection.close()

    def _take_answers(self, wait_s: float) -> None:
        """All answers that are there; waits for the first one on a busy connection."""
        busy = [leader for leader, batches in self._under_way.items() if batches]
        if not busy and wait_s > 0:
            time.sleep(wait_s)
        for leader in busy:
            batches = self._under_way[leader]
            wait = wait_s
            while batches and self._connections[leader].is_answered(wait):
                self._settle(batches.popleft(), self._connections[leader].receive(ProduceResponse))
                wait = 0.0

    def _settle(self, batches: list[Batch], answer: ProduceResponse) -> None:
        results = {
            TopicPartition(topic.name, row.index): row
            for topic in answer.responses
            for row in topic.partition_responses
        }
        for batch in batches:
            row = results[batch.at]
            reason = fault(row.error_code, row.error_message) if row.error_code else None
            self._done(batch, row.base_offset, reason)


def _first_code(answer: AddPartitionsToTxnResponse) -> int:
    return next(
        (
            row.partition_error_code
            for topic in answer.results_by_topic_v3_and_below
            for row in topic.results_by_partition
            if row.partition_error_code
        ),
        0,
    )

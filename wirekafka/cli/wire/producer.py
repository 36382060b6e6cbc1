"""A producer for the commands that measure: batches, requests under way, idempotence, transactions.

Records wait in one open batch for each partition until it is full or has lingered; full batches
wait in a queue whose bytes are bounded, and a request takes at most one of each partition.

When a broker is gone, batches wait for it, or for another leader, until delivery.timeout.ms; those
whose answer was lost are sent again, with the sequence that they had, unless retries=0. So are
those that are refused for a passing reason. A batch that is given up leaves a gap in the sequence,
and what follows takes a new producer id. A transaction does not outlive its connections.

Topics go by their names (Produce 11) and partitions are added to transactions explicitly
(AddPartitionsToTxn 3, EndTxn 4): what every broker since 2.5 understands.
Source: KIP-98, KIP-480; defaults of `ProducerConfig` in 4.3.1.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterable, Sequence

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
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from wirekafka_protocol.murmur2 import partition_of_key
from wirekafka_protocol.records.record import Header, Record, build_batch

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.batch import Batch, Done, Refusal
from wirekafka.cli.wire.cluster import TRANSACTION, Cluster, TopicPartition
from wirekafka.cli.wire.connection import Connection, ConnectionLost
from wirekafka.cli.wire.fault_texts import exception_class, fault
from wirekafka.cli.wire.leaders import Leaders
from wirekafka.cli.wire.producer_settings import ProducerSettings

_PRODUCE_VERSION = 11
_ADD_PARTITIONS_VERSION = 3
_END_TXN_VERSION = 4
_PAUSE_S = 0.05
_RECORD_OVERHEAD_BYTES = 12  # lengths, deltas and attributes of a small record
_HEADER_OVERHEAD_BYTES = 2  # the lengths of a small header
_TRANSACTIONAL = 1 << 4  # attribute bit of batches

_MOST_BACKOFF_S = 1.0  # Java's retry.backoff.max.ms
_PASSING = frozenset(
    {
        ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.LEADER_NOT_AVAILABLE, ErrorCode.REQUEST_TIMED_OUT, ErrorCode.KAFKA_STORAGE_ERROR,
        ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    }
)  # fmt: skip


class Producer:
    """Sends records; every call may take answers and call `done`. Not for several threads."""

    def __init__(self, cluster: Cluster, settings: ProducerSettings, done: Done) -> None:
        self._cluster = cluster
        self._settings = settings
        self._done = done
        self._leaders = Leaders(
            cluster, max_block_s=settings.max_block_s, max_age_s=settings.metadata_age_s
        )
        self._sticky: dict[str, int] = {}
        self._open: dict[TopicPartition, Batch] = {}
        self._ready: dict[int, deque[Batch]] = {}
        self._ready_bytes = 0
        self._under_way: dict[int, deque[tuple[float, list[Batch]]]] = {}
        self._batches = 0
        self._failures = 0
        self._next_attempt_s = 0.0
        self._is_sequence_broken = False
        self._connections: dict[int, Connection] = {}
        self._sequences: dict[TopicPartition, int] = {}
        self._in_transaction: set[TopicPartition] = set()
        self._producer_id = -1
        self._producer_epoch = -1
        if settings.is_idempotent or settings.transactional_id is not None:
            self._init_producer_id()

    def send(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: bytes | None = None,
        headers: Sequence[Header] = (),
        now_ms: int,
    ) -> None:
        """Add a record; waits while the buffer is full. `now_ms` is the record's timestamp."""
        at = TopicPartition(topic, self._choose(topic, key))
        size = len(value or b"") + len(key or b"") + _RECORD_OVERHEAD_BYTES
        for name, content in headers:
            size += len(name.encode()) + len(content or b"") + _HEADER_OVERHEAD_BYTES
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
            batch = self._open[at] = Batch(at, time.monotonic(), self._batches)
            self._batches += 1
        batch.records.append(Record(len(batch.records), now_ms, key, value, headers))
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

    @property
    def is_busy(self) -> bool:
        """Whether there are records that are not settled yet."""
        waiting = any(self._ready.values()) or any(self._under_way.values())
        return bool(self._open) or waiting

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
        leaders = self._leaders.of(topic)
        if key is not None:
            return partition_of_key(key, len(leaders))
        chosen = self._sticky.get(topic)
        if chosen is None:
            chosen = self._sticky[topic] = random.randrange(len(leaders))
        return chosen

    def _close_batch(self, batch: Batch) -> None:
        del self._open[batch.at]
        self._sticky.pop(batch.at.topic, None)
        if time.monotonic() >= self._leaders.old_at_s:
            self._follow_leaders()
        leader = self._leaders.leader(batch.at)
        self._ready.setdefault(leader, deque()).append(batch)
        self._ready_bytes += batch.size_bytes
        self._send_ready()
        self._take_answers(0.0)
        while self._ready_bytes > self._settings.buffer_bytes:
            self._take_answers(_PAUSE_S)
            self._send_ready()

    def _send_ready(self) -> None:
        now = time.monotonic()
        for batches in self._ready.values():
            while batches and now - batches[0].opened_s >= self._settings.delivery_timeout_s:
                self._expire(batches.popleft(), now)
        if now < self._next_attempt_s:
            return
        for leader in [leader for leader, batches in self._ready.items() if batches]:
            try:
                self._send_to(leader)
            except ConnectionLost as error:
                self._lose(leader, error, Refusal(*_disconnected(leader)))

    def _send_to(self, leader: int) -> None:
        """Raises ConnectionLost; what was not answered is under way then."""
        batches = self._ready[leader]
        under_way = self._under_way.setdefault(leader, deque())
        if self._is_sequence_broken and not self._renew_producer_id(leader):
            return
        while batches and len(under_way) < self._settings.most_in_flight:
            connection = self._connection(leader)
            chosen: dict[TopicPartition, Batch] = {}
            size = 0
            while batches and batches[0].at not in chosen:
                size += batches[0].size_bytes
                if chosen and size > self._settings.request_bytes:
                    break
                batch = batches.popleft()
                chosen[batch.at] = batch
            self._send_request(connection, leader, [*chosen.values()])

    def _send_request(self, connection: Connection, leader: int, batches: list[Batch]) -> None:
        settings = self._settings
        if settings.transactional_id is not None:
            self._add_to_transaction(settings.transactional_id, batches)
        topics: dict[str, list[PartitionProduceData]] = {}
        for batch in batches:
            self._ready_bytes -= batch.size_bytes
            row = PartitionProduceData(batch.at.partition, self._packed(batch))
            topics.setdefault(batch.at.topic, []).append(row)
        request = ProduceRequest(
            settings.transactional_id, settings.acks, int(settings.request_timeout_s * 1000),
            [TopicProduceData(name, partition_data=rows) for name, rows in topics.items()],
        )  # fmt: skip
        self._under_way[leader].append((time.monotonic(), batches))
        if settings.acks == 0:
            connection.send_unanswered(request, _PRODUCE_VERSION)
            self._under_way[leader].pop()
            for batch in batches:
                self._done(batch, -1, None)
            return
        connection.send(request, _PRODUCE_VERSION)

    def _packed(self, batch: Batch) -> memoryview:
        if self._producer_id >= 0 and batch.sequence < 0:
            batch.sequence = self._sequences.get(batch.at, 0)
            self._sequences[batch.at] = batch.sequence + len(batch.records)
        is_transactional = self._settings.transactional_id is not None
        return memoryview(
            build_batch(
                batch.records,
                compression=self._settings.compression,
                attributes=_TRANSACTIONAL if is_transactional else 0,
                producer_id=self._producer_id,
                producer_epoch=self._producer_epoch,
                base_sequence=batch.sequence,
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
            try:
                self._take_answers_of(leader, wait_s)
            except ConnectionLost as error:
                self._lose(leader, error, Refusal(*_disconnected(leader)))

    def _take_answers_of(self, leader: int, wait_s: float) -> None:
        requests = self._under_way[leader]
        connection = self._connections[leader]
        while requests and connection.is_answered(wait_s):
            answer = connection.receive(ProduceResponse)
            _, batches = requests.popleft()
            self._failures = 0
            self._settle(leader, batches, answer)
            wait_s = 0.0
        if requests and time.monotonic() - requests[0][0] >= self._settings.request_timeout_s:
            _, message = _disconnected(leader)
            timeout = Refusal(
                exception_class(ErrorCode.REQUEST_TIMED_OUT), f"{message} due to timeout"
            )
            self._lose(leader, ConnectionLost(f"{connection.address}: no answer"), timeout)

    def _settle(self, leader: int, batches: list[Batch], answer: ProduceResponse) -> None:
        results = {
            TopicPartition(topic.name, row.index): row
            for topic in answer.responses
            for row in topic.partition_responses
        }
        again = []
        for batch in batches:
            row = results[batch.at]
            if row.error_code in (0, ErrorCode.DUPLICATE_SEQUENCE_NUMBER):
                self._done(batch, row.base_offset, None)
            elif self._is_worth_another(batch, leader, row.error_code):
                again.append(batch)
            else:
                self._is_sequence_broken |= batch.sequence >= 0
                name = exception_class(row.error_code)
                self._done(batch, -1, Refusal(name, fault(row.error_code, row.error_message)))
        if again:
            self._queue_again(leader, again)
            self._back_off()
            self._follow_leaders()

    def _is_worth_another(self, batch: Batch, leader: int, code: int) -> bool:
        """Whether a batch that was refused is sent again."""
        if self._settings.retries == 0 or self._settings.transactional_id is not None:
            return False
        if code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER:
            waiting = self._ready.get(leader, ())
            is_behind = any(one.at == batch.at and one.number < batch.number for one in waiting)
            return is_behind or self._is_sequence_broken
        return code in _PASSING

    def _lose(self, leader: int, error: ConnectionLost, reason: Refusal) -> None:
        """A broker cannot be reached; raises `error` for a producer of transactions."""
        if self._settings.transactional_id is not None:
            raise error
        if leader in self._connections:
            self._connections.pop(leader).close()
        lost = [batch for _, batches in self._under_way.pop(leader, ()) for batch in batches]
        if self._settings.retries > 0:
            self._queue_again(leader, lost)
        else:
            for batch in lost:
                self._done(batch, -1, reason)
        self._back_off()
        self._follow_leaders()

    def _queue_again(self, leader: int, batches: list[Batch]) -> None:
        self._ready_bytes += sum(batch.size_bytes for batch in batches)
        self._queue({leader: [*batches, *self._ready.get(leader, ())]})

    def _queue(self, batches: dict[int, list[Batch]]) -> None:
        for leader, ones in batches.items():
            self._ready[leader] = deque(sorted(ones, key=lambda one: one.number))

    def _back_off(self) -> None:
        pause_s = self._settings.retry_backoff_s * 2**self._failures
        self._next_attempt_s = time.monotonic() + min(pause_s, _MOST_BACKOFF_S)
        self._failures = min(self._failures + 1, 10)

    def _follow_leaders(self) -> None:
        """Queue batches where their partitions are now."""
        if not self._leaders.follow():
            return
        moved: dict[int, list[Batch]] = {leader: [] for leader in self._ready}
        for batch in _all_of(self._ready.values()):
            moved.setdefault(self._leaders.leader(batch.at), []).append(batch)
        self._queue(moved)

    def _expire(self, batch: Batch, now: float) -> None:
        """Give up a batch of the queue."""
        self._ready_bytes -= batch.size_bytes
        self._is_sequence_broken |= batch.sequence >= 0
        age_ms = int((now - batch.opened_s) * 1000)
        text = (
            f"Expiring {len(batch.records)} record(s) for {batch.at}:{age_ms} ms has passed since "
            "batch creation. The request has not been sent, or no server response has been "
            "received yet."
        )
        self._done(batch, -1, Refusal(exception_class(ErrorCode.REQUEST_TIMED_OUT), text))

    def _renew_producer_id(self, leader: int) -> bool:
        """Begin all sequences anew, as soon as nothing of the old ones is under way."""
        if any(self._under_way.values()):
            return False
        request = InitProducerIdRequest(None, self._settings.transaction_timeout_ms)
        answer = self._connection(leader).ask(request, InitProducerIdResponse)
        if answer.error_code:
            self._back_off()
            return False
        self._producer_id, self._producer_epoch = answer.producer_id, answer.producer_epoch
        self._sequences.clear()
        for batch in _all_of(self._ready.values()):
            batch.sequence = -1
        self._is_sequence_broken = False
        return True


def _disconnected(leader: int) -> tuple[str, str]:
    """What Java says of requests whose connection ends."""
    return exception_class(ErrorCode.NETWORK_EXCEPTION), f"Disconnected from node {leader}"


def _all_of(queues: Iterable[deque[Batch]]) -> list[Batch]:
    return [batch for queue in queues for batch in queue]


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

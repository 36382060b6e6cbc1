"""Records of partitions, from those who lead them: a Fetch under way for each broker.

A broker is asked again when all that it sent has been taken: a request for the rest of its
partitions only would wait for news there, while the partition that was read on waits for that
request (KAFKA-17439). Topics go by their names (Fetch 12): what every broker since 2.7
understands.

With read_committed, records of aborted transactions are left out by the list that comes with them.
Source: KIP-74, KIP-98; Java's `CompletedFetch`, `FetchCollector`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.messages.fetch import (
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    PartitionData,
)
from wirekafka_protocol.records.batch import is_intact, iter_batches
from wirekafka_protocol.records.control import ControlType, control_type
from wirekafka_protocol.records.record import Record, read_records

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.catalog import Catalog
from wirekafka.cli.wire.cluster import Cluster, TopicPartition
from wirekafka.cli.wire.connection import Connection, ConnectionLost
from wirekafka.cli.wire.consumer_settings import ConsumerSettings
from wirekafka.cli.wire.fault_texts import fault

_BY_NAME_VERSION = 12
_READ_COMMITTED = 1
_PASSING = frozenset(
    {
        ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.LEADER_NOT_AVAILABLE, ErrorCode.FENCED_LEADER_EPOCH,
        ErrorCode.UNKNOWN_LEADER_EPOCH, ErrorCode.KAFKA_STORAGE_ERROR,
        ErrorCode.OFFSET_NOT_AVAILABLE, ErrorCode.REPLICA_NOT_AVAILABLE,
        ErrorCode.UNKNOWN_SERVER_ERROR,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Polled:
    """Records of one batch; `timestamp_type` is 1 for the time of the append, `leader_epoch` below
    zero is none."""

    at: TopicPartition
    timestamp_type: int
    leader_epoch: int
    records: list[Record]


@dataclass(slots=True)
class _Place:
    """How far a partition has been fetched, and what of it is still to be taken."""

    next_offset: int
    batches: Iterator[Polled] | None = None
    head: list[Polled] = field(default_factory=list)
    pause_until_s: float = 0.0


@dataclass(slots=True)
class _UnderWay:
    """A request that is not answered yet: which offsets it asks for."""

    offsets: dict[TopicPartition, int]
    deadline_s: float


class Fetcher:
    """Fetches partitions from their positions on."""

    def __init__(self, cluster: Cluster, catalog: Catalog, settings: ConsumerSettings) -> None:
        self.positions: dict[TopicPartition, int] = {}
        """The offset behind what was taken."""
        self.astray: set[TopicPartition] = set()
        """Those whose position the leader does not have; nothing is fetched until `seek`."""
        self.counted = {"bytes-consumed-total": 0, "fetch-total": 0, "records-consumed-total": 0}
        """By Java's names of metrics; the bytes are those of batches as they came."""
        self.is_stale = False
        """Whether a leader said that it is none: the catalog should be refreshed."""
        self._cluster = cluster
        self._catalog = catalog
        self._settings = settings
        self._places: dict[TopicPartition, _Place] = {}
        self._connections: dict[int, Connection] = {}
        self._under_way: dict[int, _UnderWay] = {}

    def seek(self, one: TopicPartition, offset: int) -> None:
        """Fetch a partition from here on."""
        self.astray.discard(one)
        self.positions[one] = offset
        self._places[one] = _Place(offset)

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """Fetch them no more; what was not taken is gone."""
        for one in partitions:
            self.astray.discard(one)
            self.positions.pop(one, None)
            self._places.pop(one, None)

    @property
    def awaited(self) -> list[Connection]:
        """The connections on which an answer is to come."""
        return [self._connections[leader] for leader in self._under_way]

    def step(self, now_s: float) -> None:
        """Take answers, ask who has nothing to do. Raises ConnectionLost."""
        for leader in [*self._under_way]:
            self._take_answer(leader, now_s)
        self.ask(now_s)

    def ask(self, now_s: float) -> None:
        """A request to each leader of which nothing is under way or to be taken."""
        wanted: defaultdict[int, list[TopicPartition]] = defaultdict(list)
        busy = set(self._under_way)
        for one, place in self._places.items():
            leader = self._catalog.leader(one)
            if leader < 0:
                self.is_stale = True
            elif place.batches is not None or place.head:
                busy.add(leader)
            elif one not in self.astray and now_s >= place.pause_until_s:
                wanted[leader].append(one)
        for leader in wanted.keys() - busy:
            self._send(leader, wanted[leader], now_s)

    def take(self, limit: int) -> list[Polled]:
        """At most so many records of what has come, partition by partition."""
        taken: list[Polled] = []
        for one in [*self._places]:
            while limit > 0 and (batch := self._next(one)) is not None:
                if len(batch.records) > limit:
                    rest = batch.records[limit:]
                    kept = Polled(one, batch.timestamp_type, batch.leader_epoch, rest)
                    self._places[one].head.append(kept)
                    first = batch.records[:limit]
                    batch = Polled(one, batch.timestamp_type, batch.leader_epoch, first)
                limit -= len(batch.records)
                self.counted["records-consumed-total"] += len(batch.records)
                self.positions[one] = batch.records[-1].offset + 1
                taken.append(batch)
            if limit <= 0:
                # Whoever was served goes to the end, so that all have their turn.
                self._places[one] = self._places.pop(one)
                break
        return taken

    def lose(self) -> None:
        """Forget all connections and what is under way on them."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()
        self._under_way.clear()

    def _next(self, one: TopicPartition) -> Polled | None:
        place = self._places[one]
        if place.head:
            return place.head.pop()
        if place.batches is None:
            return None
        batch = next(place.batches, None)
        if batch is None:
            place.batches = None
            self.positions[one] = place.next_offset
        return batch

    def _send(self, leader: int, partitions: list[TopicPartition], now_s: float) -> None:
        settings = self._settings
        topics: dict[str, list[FetchPartition]] = {}
        offsets = {}
        for one in partitions:
            offsets[one] = self._places[one].next_offset
            topics.setdefault(one.topic, []).append(
                FetchPartition(
                    one.partition, fetch_offset=offsets[one],
                    partition_max_bytes=settings.partition_bytes,
                )
            )  # fmt: skip
            # Whoever asks for it again asks in a new order: nobody starves behind the size limit.
            self._places[one] = self._places.pop(one)
        request = FetchRequest(
            max_wait_ms=settings.max_wait_ms, min_bytes=settings.min_bytes,
            max_bytes=settings.max_bytes, isolation_level=settings.isolation_level,
            topics=[FetchTopic(name, partitions=rows) for name, rows in topics.items()],
        )  # fmt: skip
        connection = self._connection(leader)
        connection.send(request, min(_BY_NAME_VERSION, connection.version_of(ApiKey.FETCH)))
        deadline_s = now_s + settings.request_timeout_s + settings.max_wait_ms / 1000
        self._under_way[leader] = _UnderWay(offsets, deadline_s)

    def _take_answer(self, leader: int, now_s: float) -> None:
        connection = self._connections[leader]
        under_way = self._under_way[leader]
        if not connection.is_answered(0.0):
            if now_s >= under_way.deadline_s:
                raise ConnectionLost(f"{connection.address}: no answer to a fetch")
            return
        answer = connection.receive(FetchResponse)
        del self._under_way[leader]
        self.counted["fetch-total"] += 1
        if answer.error_code:
            raise CommandError(fault(answer.error_code))
        for topic in answer.responses:
            for row in topic.partitions:
                one = TopicPartition(topic.topic, row.partition_index)
                place = self._places.get(one)
                # Meanwhile it may have been given up, or sought elsewhere.
                if place is not None and place.next_offset == under_way.offsets.get(one):
                    self._take_partition(one, place, row, now_s)

    def _take_partition(
        self, one: TopicPartition, place: _Place, row: PartitionData, now_s: float
    ) -> None:
        if row.error_code == ErrorCode.OFFSET_OUT_OF_RANGE:
            self.astray.add(one)
        elif row.error_code in _PASSING:
            self.is_stale = True
            place.pause_until_s = now_s + self._settings.retry_backoff_s
        elif row.error_code:
            raise CommandError(f"partition {one}: {fault(row.error_code)}")
        elif row.records:
            self.counted["bytes-consumed-total"] += len(row.records)
            place.batches = self._batches(one, place, row)

    def _batches(self, one: TopicPartition, place: _Place, row: PartitionData) -> Iterator[Polled]:
        """What of a partition's answer is for the reader; moves the place along."""
        aborted: Mapping[int, list[int]] = {}
        if self._settings.isolation_level == _READ_COMMITTED:
            aborted = _aborted_of(row)
        start = place.next_offset
        assert row.records is not None
        try:
            for header, batch in iter_batches(row.records):
                if header.last_offset < place.next_offset:
                    continue
                if self._settings.checks_crcs and not is_intact(batch):
                    raise ProtocolError(f"the batch at offset {header.base_offset} is corrupt")
                first_offset, place.next_offset = place.next_offset, header.next_offset
                producer_id = header.producer_id
                if header.is_control:
                    if producer_id in aborted and _is_abort(batch):
                        aborted[producer_id].pop(0)
                    continue
                firsts = aborted.get(producer_id, ())
                if header.is_transactional and firsts and firsts[0] <= header.last_offset:
                    continue
                records = read_records(batch)
                if header.base_offset < first_offset:
                    records = [record for record in records if record.offset >= first_offset]
                if records:
                    epoch = header.partition_leader_epoch
                    yield Polled(one, header.timestamp_type, epoch, records)
        except ProtocolError as error:
            raise CommandError(f"partition {one}: {error}") from None
        if place.next_offset == start:
            raise CommandError(f"partition {one}: no whole batch in {len(row.records)} bytes")

    def _connection(self, leader: int) -> Connection:
        found = self._connections.get(leader)
        if found is None:
            node = self._cluster.nodes[leader]
            found = self._connections[leader] = self._cluster.connect(node.host, node.port)
        return found


def _aborted_of(row: PartitionData) -> dict[int, list[int]]:
    """The first offsets of the aborted transactions of each producer, in order."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for one in sorted(row.aborted_transactions or (), key=lambda one: one.first_offset):
        found[one.producer_id].append(one.first_offset)
    return found


def _is_abort(batch: memoryview) -> bool:
    return control_type(read_records(batch)[0].key) is ControlType.ABORT

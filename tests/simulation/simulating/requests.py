"""Random requests from several connections, crashes and clock jumps, against a naive model.

The model knows, for each partition of each topic, the values it must hold. After every step:
offsets are dense (a produce is placed exactly at the model's end), log start ≤ high watermark ≤
log end = the model's end, what a fetch returns is what the model holds there, committed offsets
are those that were acknowledged last, and no complaint is in the log. In the end every request
that asked for an answer has one. The same seed gives the same answers, byte by byte.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from simulating.in_process import Asked, InProcess, Peer, everything_from
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsTopic,
)
from wirekafka_protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
)
from wirekafka_protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsTopic,
)
from wirekafka_protocol.messages.delete_topics import DeleteTopicsRequest
from wirekafka_protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from wirekafka_protocol.messages.find_coordinator import FindCoordinatorRequest
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from wirekafka_protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from wirekafka_protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from wirekafka_protocol.messages.metadata import MetadataRequest
from wirekafka_protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from wirekafka_protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestTopic,
)
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.records.batch import iter_batches
from wirekafka_protocol.records.record import Record, build_batch, read_records

PEERS = 5
TOPICS = ("a", "b", "c")
SETTINGS = (
    "log.segment.bytes=1048576",
    "log.retention.ms=-1",
    "offsets.topic.num.partitions=2",
    "group.initial.rebalance.delay.ms=0",
    "offsets.retention.minutes=2147483647",  # the clock jumps by days
    "log.initial.task.delay.ms=0",
    "log.segment.delete.delay.ms=1000",
)
HOUR_MS = 3_600_000
IMMEDIATE = 0
PRODUCER_EXPIRATION_MS = 24 * HOUR_MS


@dataclass(slots=True)
class Model:
    """One partition: values[offset], and what may be read of it."""

    values: list[bytes] = field(default_factory=list)
    log_start: int = 0


@dataclass(slots=True)
class Producer:
    """An idempotent producer: its next sequence and its last batch, per partition."""

    producer_id: int
    sequences: dict[tuple[str, int], int] = field(default_factory=dict)
    last: dict[tuple[str, int], tuple[bytes, int, int]] = field(default_factory=dict)
    """The batch, its offset, and when it was written."""


@dataclass(slots=True)
class Result:
    """What a run did; `digest` is the same for the same seed and steps."""

    steps: int = 0
    answered: int = 0
    records: int = 0
    restarts: int = 0
    digest: str = ""

    def line(self) -> str:
        return (
            f"steps={self.steps} answered={self.answered} records={self.records}"
            f" restarts={self.restarts} digest={self.digest[:16]}"
        )


def run(base: Path, *, seed: int, steps: int) -> Result:
    """One run in the empty directory `base`. AssertionError for whatever is not as it must be."""
    with everything_from(seed) as complaints:
        simulation = _Simulation(base, seed, complaints.lines)
        return asyncio.run(simulation.run(steps))


class _Simulation:
    def __init__(self, base: Path, seed: int, complaints: list[str]) -> None:
        self.rng = random.Random(f"requests {seed}")
        self.world = InProcess(base / "data", SETTINGS)
        self.peers = [Peer(number) for number in range(PEERS)]
        self.topics: dict[str, list[Model]] = {}
        self.producers: list[Producer] = []
        self.committed: dict[tuple[str, int], int] = {}
        self.polls: list[Asked] = []
        self.counter = 0
        self.result = Result()
        self._complaints = complaints

    async def run(self, steps: int) -> Result:
        await self.world.start()
        await self._answer(FindCoordinatorRequest(key="group"), 3)
        choices = self._choices()
        actions = [action for action, weight in choices for _ in range(weight)]
        for _ in range(steps):
            await self.rng.choice(actions)()
            self.result.steps += 1
            self._check()
        await self._end()
        self.result.answered = self.world.answered
        self.result.digest = self.world.trace.hexdigest()
        await self.world.stop()
        assert not self._complaints, self._complaints[0]
        return self.result

    def _choices(self) -> list[tuple[Callable[[], Awaitable[None]], int]]:
        return [
            (self._create_topic, 3),
            (self._delete_topic, 1),
            (self._add_partitions, 1),
            (self._produce, 30),
            (self._produce_idempotent, 15),
            (self._fetch, 25),
            (self._list_offsets, 5),
            (self._delete_records, 2),
            (self._commit, 6),
            (self._fetch_commits, 4),
            (self._join, 3),
            (self._metadata, 2),
            (self._disconnect, 2),
            (self._wait, 10),
            (self._restart, 1),
        ]

    # -- topics ---------------------------------------------------------------------------------

    async def _create_topic(self) -> None:
        name = self.rng.choice(TOPICS)
        partitions = self.rng.randint(1, 4)
        configs = [
            CreatableTopicConfig(
                "message.timestamp.type", self.rng.choice(("CreateTime", "LogAppendTime"))
            )
        ]
        topic = CreatableTopic(name, partitions, 1, [], configs)
        asked = await self._answer(CreateTopicsRequest([topic]), self.rng.randint(2, 7))
        code = asked.response.topics[0].error_code
        assert code == (ErrorCode.TOPIC_ALREADY_EXISTS if name in self.topics else 0)
        if not code:
            self.topics[name] = [Model() for _ in range(partitions)]

    async def _delete_topic(self) -> None:
        name = self.rng.choice(TOPICS)
        request = DeleteTopicsRequest(topic_names=[name])
        asked = await self._answer(request, self.rng.randint(1, 5))
        code = asked.response.responses[0].error_code
        assert code == (0 if name in self.topics else ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        self.topics.pop(name, None)
        for producer in self.producers:
            for places in (producer.sequences, producer.last):
                for place in [place for place in places if place[0] == name]:
                    del places[place]
        for place in [place for place in self.committed if place[0] == name]:
            del self.committed[place]

    async def _add_partitions(self) -> None:
        name = self.rng.choice(TOPICS)
        if name not in self.topics or len(self.topics[name]) > 8:
            return
        count = len(self.topics[name]) + 1
        request = CreatePartitionsRequest([CreatePartitionsTopic(name, count, None)], 1000, False)
        asked = await self._answer(request, self.rng.randint(0, 3))
        assert asked.response.results[0].error_code == 0
        self.topics[name].append(Model())

    # -- records --------------------------------------------------------------------------------

    def _partition(self) -> tuple[str, int]:
        """Mostly one that exists."""
        if self.topics and self.rng.random() < 0.95:
            name = self.rng.choice(sorted(self.topics))
            return name, self.rng.randrange(len(self.topics[name]))
        return self.rng.choice(TOPICS), self.rng.randrange(6)

    def _model(self, place: tuple[str, int]) -> Model | None:
        models = self.topics.get(place[0], [])
        return models[place[1]] if place[1] < len(models) else None

    def _values(self) -> list[bytes]:
        size = self.rng.choice((0, 10, 100, 30_000))
        values = []
        for _ in range(self.rng.randint(1, 5)):
            self.counter += 1
            values.append(b"%d:" % self.counter + bytes(self.rng.randrange(size + 1)))
        return values

    def _batch(self, values: list[bytes], **producer: int) -> bytes:
        now_ms = self.world.clock.now_ms()
        records = [Record(at, now_ms, None, value) for at, value in enumerate(values)]
        return build_batch(records, compression=self.rng.randrange(5), **producer)

    async def _send(self, place: tuple[str, int], batch: bytes, acks: int) -> Asked:
        data = PartitionProduceData(place[1], batch)
        request = ProduceRequest(
            acks=acks,
            timeout_ms=1000,
            topic_data=[TopicProduceData(name=place[0], partition_data=[data])],
        )
        peer = self._free_peer()
        return await self.world.ask(peer, request, self.rng.randint(7, 12))

    async def _produce(self) -> None:
        place = self._partition()
        values = self._values()
        model = self._model(place)
        acks = self.rng.choice((0, 1, -1)) if model is not None else -1
        asked = await self._send(place, self._batch(values), acks)
        assert asked.is_done
        if acks:
            row = asked.response.responses[0].partition_responses[0]
            if model is None:
                assert row.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                return
            assert (row.error_code, row.base_offset) == (0, len(model.values))
        else:
            assert asked.response is None
        assert model is not None
        self._stored(model, values)

    async def _produce_idempotent(self) -> None:
        if len(self.producers) < 3:
            asked = await self._answer(InitProducerIdRequest(None, 1000), self.rng.randint(0, 4))
            assert asked.response.error_code == 0
            used = {producer.producer_id for producer in self.producers}
            assert asked.response.producer_id not in used
            self.producers.append(Producer(asked.response.producer_id))
            return
        place = self._partition()
        model = self._model(place)
        if model is None:
            return
        producer = self.rng.choice(self.producers)
        if place in producer.last and self.rng.random() < 0.2:
            batch, offset, written_ms = producer.last[place]
            asked_ms = self.world.clock.now_ms()
            if asked_ms - written_ms >= PRODUCER_EXPIRATION_MS or offset < model.log_start:
                return  # the broker may have forgotten it, and would write it again
            asked = await self._send(place, batch, -1)
            row = asked.response.responses[0].partition_responses[0]
            assert (row.error_code, row.base_offset) == (0, offset), "a duplicate"
            return
        sequence = producer.sequences.get(place, 0)
        values = self._values()
        batch = self._batch(
            values, producer_id=producer.producer_id, producer_epoch=0, base_sequence=sequence
        )
        asked = await self._send(place, batch, -1)
        row = asked.response.responses[0].partition_responses[0]
        assert (row.error_code, row.base_offset) == (0, len(model.values)), (place, sequence)
        producer.last[place] = batch, len(model.values), self.world.clock.now_ms()
        producer.sequences[place] = sequence + len(values)
        self._stored(model, values)

    def _stored(self, model: Model, values: list[bytes]) -> None:
        model.values += values
        self.result.records += len(values)

    async def _fetch(self) -> None:
        places = sorted({self._partition() for _ in range(self.rng.randint(1, 3))})
        topics = []
        for place in places:
            model = self._model(place) or Model()
            offset = self.rng.randint(max(model.log_start - 1, 0), len(model.values) + 1)
            if self.rng.random() < 0.4:
                offset = len(model.values)
            partition = FetchPartition(
                partition=place[1],
                fetch_offset=offset,
                partition_max_bytes=self.rng.choice((1, 1000, 1 << 20)),
            )
            topics.append(FetchTopic(topic=place[0], partitions=[partition]))
        request = FetchRequest(
            max_wait_ms=self.rng.choice((IMMEDIATE, 500, 5_000)),
            min_bytes=self.rng.choice((0, 1, 50_000)),
            topics=topics,
        )
        asked = await self.world.ask(self._free_peer(), request, self.rng.randint(4, 6))
        if asked.is_done:
            self._check_fetched(asked)
        else:
            assert request.max_wait_ms > IMMEDIATE
            self.polls.append(asked)

    def _check_fetched(self, asked: Asked) -> None:
        wanted = {
            (topic.topic, row.partition): row.fetch_offset
            for topic in asked.request.topics  # type: ignore[attr-defined]
            for row in topic.partitions
        }
        for topic in asked.response.responses:
            for row in topic.partitions:
                place = topic.topic, row.partition_index
                model = self._model(place)
                if row.error_code or model is None:
                    assert not row.records
                    continue
                assert row.high_watermark <= len(model.values)
                expected: int | None = None
                for _, batch in iter_batches(bytes(row.records or b"")):
                    for record in read_records(batch):
                        assert expected in (None, record.offset), "a gap"
                        expected = record.offset + 1
                        assert record.value == model.values[record.offset]
                assert expected is None or expected > wanted[place]

    async def _list_offsets(self) -> None:
        place = self._partition()
        model = self._model(place)
        row = ListOffsetsPartition(place[1], timestamp=self.rng.choice((-1, -2)))
        request = ListOffsetsRequest(-1, topics=[ListOffsetsTopic(place[0], [row])])
        asked = await self._answer(request, self.rng.randint(1, 8))
        found = asked.response.topics[0].partitions[0]
        if model is None:
            assert found.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
        else:
            end = len(model.values) if row.timestamp == -1 else model.log_start
            assert (found.error_code, found.offset) == (0, end)

    async def _delete_records(self) -> None:
        place = self._partition()
        model = self._model(place)
        if model is None:
            return
        offset = self.rng.randint(model.log_start, len(model.values))
        topic = DeleteRecordsTopic(place[0], [DeleteRecordsPartition(place[1], offset)])
        asked = await self._answer(DeleteRecordsRequest([topic], 1000), self.rng.randint(0, 2))
        row = asked.response.topics[0].partitions[0]
        assert (row.error_code, row.low_watermark) == (0, offset)
        model.log_start = offset

    # -- groups ---------------------------------------------------------------------------------

    async def _commit(self) -> None:
        place = self._partition()
        if self._model(place) is None:
            return
        offset = self.rng.randrange(1000)
        row = OffsetCommitRequestPartition(place[1], offset, committed_metadata="")
        topic = OffsetCommitRequestTopic(name=place[0], partitions=[row])
        request = OffsetCommitRequest("simple", -1, "", topics=[topic])
        asked = await self._answer(request, self.rng.randint(2, 9))
        assert asked.response.topics[0].partitions[0].error_code == 0
        self.committed[place] = offset

    async def _fetch_commits(self) -> None:
        place = self._partition()
        request = OffsetFetchRequest("simple", [OffsetFetchRequestTopic(place[0], [place[1]])])
        asked = await self._answer(request, self.rng.randint(1, 5))
        row = asked.response.topics[0].partitions[0]
        assert (row.error_code, row.committed_offset) == (0, self.committed.get(place, -1)), place

    async def _join(self) -> None:
        """A member that joins a group and may leave it; the other members' joins may wait."""
        peer = self._free_peer()
        request = JoinGroupRequest(
            group_id="group",
            session_timeout_ms=10_000,
            rebalance_timeout_ms=20_000,
            protocol_type="consumer",
            protocols=[JoinGroupRequestProtocol("range", b"m")],
        )
        asked = await self.world.ask(peer, request, self.rng.randint(1, 3))
        if asked.is_done and asked.response.error_code == 0 and self.rng.random() < 0.5:
            leave = LeaveGroupRequest("group", asked.response.member_id)
            if self.rng.random() < 0.5:
                leave.members = [MemberIdentity(asked.response.member_id)]
                await self._answer(leave, 3)
            else:
                await self._answer(leave, 1)

    # -- the world ------------------------------------------------------------------------------

    async def _metadata(self) -> None:
        asked = await self._answer(MetadataRequest(None), self.rng.randint(1, 12))
        found = {topic.name: len(topic.partitions) for topic in asked.response.topics}
        found.pop("__consumer_offsets", None)
        assert found == {name: len(models) for name, models in self.topics.items()}

    async def _disconnect(self) -> None:
        peer = self.rng.choice(self.peers)
        if peer.waiting in self.polls:
            self.polls.remove(peer.waiting)
        self.world.disconnect(peer)

    async def _wait(self) -> None:
        days = self.rng.random() < 0.05
        jump_ms = self.rng.choice((1, 10, 100, 1_000, 5_000, 60_000, HOUR_MS))
        await self.world.advance(25 * HOUR_MS if days else jump_ms)

    async def _restart(self) -> None:
        """Every connection is lost; a crash forgets no record, no commit, no producer."""
        for peer in self.peers:
            self.world.disconnect(peer)
        self.polls.clear()
        if self.rng.random() < 0.5:
            await self.world.crash()
            await self.world.start()
            self._forget_log_starts()
        else:
            await self.world.stop()
            await self.world.start()
        self.result.restarts += 1
        await self._answer(FindCoordinatorRequest(key="group"), 3)

    def _forget_log_starts(self) -> None:
        """DeleteRecords is in a checkpoint once a minute, as in Kafka: a crash brings back more."""
        for name, models in self.topics.items():
            for index, model in enumerate(models):
                partition = self.world.broker.partitions.get(name, index)
                if partition is not None and partition.log.log_start_offset < model.log_start:
                    model.log_start = partition.log.log_start_offset

    def _free_peer(self) -> Peer:
        """A connection that waits for nothing; if there is none, one hangs up."""
        free = [peer for peer in self.peers if peer.waiting is None]
        if free:
            return self.rng.choice(free)
        peer = self.rng.choice(self.peers)
        if peer.waiting in self.polls:
            self.polls.remove(peer.waiting)
        self.world.disconnect(peer)
        return peer

    async def _answer(self, request: object, version: int) -> Asked:
        asked = await self.world.ask(self._free_peer(), request, version)  # type: ignore[arg-type]
        return await self.world.settle(asked)

    def _check(self) -> None:
        assert not self._complaints, self._complaints[0]
        for poll in [poll for poll in self.polls if poll.is_done]:
            self.polls.remove(poll)
            self._check_fetched(poll)
        for name, models in self.topics.items():
            for index, model in enumerate(models):
                partition = self.world.broker.partitions.get(name, index)
                assert partition is not None, f"{name}-{index} is not served"
                log = partition.log
                assert log.log_end_offset == len(model.values), f"end of {name}-{index}"
                assert log.log_start_offset == model.log_start, f"start of {name}-{index}"
                assert model.log_start <= partition.high_watermark <= log.log_end_offset

    async def _end(self) -> None:
        """Time enough for every wait to end: whoever asked has an answer."""
        await self.world.advance(HOUR_MS)
        self._check()
        for peer in self.peers:
            assert peer.waiting is None, f"never answered: {peer.waiting.request!r}"

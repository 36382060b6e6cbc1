"""The APIs of transactional producers: what they add to the transaction coordinator's answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from wirekafka_protocol.codec import decode, encode
from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_protocol.messages.find_coordinator import FindCoordinatorRequest
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest

from wirekafka.apis import find_coordinator, init_producer_id
from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.broker import Broker
from wirekafka.clock import ManualClock
from wirekafka.coordinator.java_hash import partition_for
from wirekafka.coordinator.log_port import LoggedMarker, LoggedRecord
from wirekafka.coordinator.machine import NO_PRODUCER_ID, ProducerStamp
from wirekafka.coordinator.producer_ids import ProducerIds
from wirekafka.coordinator.runtime import CoordinatorRuntime
from wirekafka.coordinator.transaction import records
from wirekafka.coordinator.transaction.config import TransactionConfig
from wirekafka.coordinator.transaction.shard import TransactionCoordinatorShard
from wirekafka.metadata.engine import Unavailable
from wirekafka.metadata.image import MetadataImage
from wirekafka.metadata.model import BrokerImage, PartitionImage, TopicImage
from wirekafka.metadata.topics import CreatedTopic, NewTopic

PARTITIONS = 3
TOPIC = "__transaction_state"
VERSIONS = range(6)


class MemoryLog:
    def __init__(self) -> None:
        self.rows: list[tuple[bytes, bytes | None]] = []

    def append(
        self,
        batch_records: list[tuple[bytes, bytes | None]],
        now_ms: int,
        producer: ProducerStamp | None = None,
    ) -> int:
        self.rows.extend(batch_records)
        return len(self.rows)

    def append_marker(
        self,
        producer: ProducerStamp,
        coordinator_epoch: int,
        committed: bool,
        transaction_version: int,
        now_ms: int,
    ) -> int:
        raise AssertionError("no transaction ends in this log")

    def when_committed(self, end_offset: int, callback: Callable[[], None]) -> None:
        callback()

    def read_all(self) -> Iterator[LoggedRecord | LoggedMarker]:
        return iter([LoggedRecord(key, value, NO_PRODUCER_ID) for key, value in self.rows])


class Room:
    """What the handlers see of a broker: three transaction coordinators, blocks of two ids."""

    node_id = 1
    run_admin = Broker.run_admin

    def __init__(self, brokers: int = 1) -> None:
        self.blocks = iter(range(0, 100, 2))
        self.has_engine = True
        self.producer_ids = ProducerIds(self._allocate)
        self.transactions = CoordinatorRuntime(
            TOPIC,
            clock=ManualClock(),
            new_machine=lambda: TransactionCoordinatorShard(
                TransactionConfig(), self.producer_ids.next_in_block
            ),
            codec=records,
        )
        self.config = SimpleNamespace(
            transaction_max_timeout_ms=900_000,
            transaction_state_log_min_isr=2,
            transaction_state_log_num_partitions=PARTITIONS,
            transaction_state_log_replication_factor=3,
            transaction_state_log_segment_bytes=1 << 20,
        )
        self.created: list[NewTopic] = []
        self.metadata = SimpleNamespace(create_topics=self._create_topics)
        known = {number: BrokerImage(number, 0, "x", ()) for number in range(1, brokers + 1)}
        self.image = MetadataImage(brokers=known)
        self.logs = [MemoryLog() for _ in range(PARTITIONS)]
        self._admin_tasks: set[asyncio.Task[None]] = set()

    def serve(self) -> None:
        one = PartitionImage(leader=1, leader_epoch=0, isr=(1,), replicas=(1,))
        topic = TopicImage(TOPIC, bytes(15) + b"T", (one,) * PARTITIONS, {})
        self.image = MetadataImage(
            brokers=self.image.brokers,
            topics={TOPIC: topic},
            topics_by_id={topic.topic_id: topic},
        )
        for number, log in enumerate(self.logs):
            self.transactions.load(number, 0, log)

    async def ask(self, module: ModuleType, request: Any, version: int) -> Any:
        """Through the bytes of the request and of the response, in this version."""
        request = decode(module.REQUEST, version, encode(request, version))
        advertised = ("here", 9092)
        context = RequestContext(
            module.REQUEST.KEY, version, 1, "c", "127.0.0.1", "L", advertised, SimpleNamespace()
        )
        try:
            answer = module.handle(self, context, request)
            if isinstance(answer, Coroutine):
                answer = await answer
            if isinstance(answer, Deferred):
                answer = await settled(answer)
        except ApiError as error:
            answer = error
        if isinstance(answer, ApiError):
            answer = module.error_response(request, context, answer)
        return decode(type(answer), version, encode(answer, version))

    async def init(self, name: str, *producer: int, version: int = 5) -> tuple[int, int, int]:
        request = InitProducerIdRequest(name, 60_000, *producer)
        answer = await self.ask(init_producer_id, request, version)
        return answer.error_code, answer.producer_id, answer.producer_epoch

    async def _allocate(self) -> tuple[int, int]:
        await asyncio.sleep(0)
        if not self.has_engine:
            raise Unavailable("no engine")
        return next(self.blocks), 2

    async def _create_topics(self, topics: list[NewTopic]) -> list[CreatedTopic]:
        self.created += topics
        self.serve()
        return [CreatedTopic(topic.name, bytes(16), 3, 1, {}) for topic in topics]


async def settled(deferred: Deferred) -> Any:
    """What it is resolved with, after a few turns of the loop."""
    answers: list[Any] = []
    deferred.then(answers.append)
    for _ in range(20):
        if answers:
            return answers[0]
        await asyncio.sleep(0)
    raise AssertionError("no answer")


@pytest.fixture
def room() -> Room:
    made = Room()
    made.serve()
    return made


# -- InitProducerId --------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_gets_a_producer_and_then_the_next_epoch(room: Room, version: int) -> None:
    async def scenario() -> list[tuple[int, int, int]]:
        return [await room.init("tx", version=version) for _ in range(3)]

    assert asyncio.run(scenario()) == [(0, 0, 0), (0, 0, 1), (0, 0, 2)]


@pytest.mark.parametrize(
    ("version", "code"),
    [
        (3, ErrorCode.INVALID_PRODUCER_EPOCH),
        (4, ErrorCode.PRODUCER_FENCED),
        (5, ErrorCode.PRODUCER_FENCED),
    ],
)
def test_a_fenced_producer_hears_the_code_of_its_version(
    room: Room, version: int, code: ErrorCode
) -> None:
    async def scenario() -> tuple[int, int, int]:
        await room.init("tx")
        return await room.init("tx", 0, 7, version=version)

    assert asyncio.run(scenario()) == (code, -1, -1)


def test_the_record_is_in_the_partition_of_the_id(room: Room) -> None:
    asyncio.run(room.init("tx"))
    number = partition_for("tx", PARTITIONS)
    assert [len(log.rows) for log in room.logs] == [int(n == number) for n in range(PARTITIONS)]


def test_producer_ids_are_taken_only_by_new_ids(room: Room) -> None:
    async def scenario() -> list[int]:
        names = ["a", "a", "a", "b", "a", "c", "b", "d"]
        return [(await room.init(name))[1] for name in names]

    assert asyncio.run(scenario()) == [0, 0, 0, 1, 0, 2, 1, 3]


def test_without_a_block_new_ids_ask_again_and_known_ones_go_on(room: Room) -> None:
    async def scenario() -> list[tuple[int, int, int]]:
        await room.init("a")
        await room.init("b")
        assert room.producer_ids.is_empty
        room.has_engine = False
        answers = [await room.init("a"), await room.init("c")]
        room.has_engine = True
        return [*answers, await room.init("c")]

    load = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
    assert asyncio.run(scenario()) == [(0, 0, 1), (load, -1, -1), (0, 2, 0)]


def test_another_broker_is_the_coordinator(room: Room) -> None:
    room.transactions.unload(partition_for("tx", PARTITIONS))
    assert asyncio.run(room.init("tx")) == (ErrorCode.NOT_COORDINATOR, -1, -1)


def test_before_the_topic_exists_there_is_no_coordinator() -> None:
    room = Room()
    assert asyncio.run(room.init("tx")) == (ErrorCode.NOT_COORDINATOR, -1, -1)
    assert asyncio.run(room.init("")) == (ErrorCode.INVALID_REQUEST, -1, -1)


def test_a_client_that_left_while_ids_were_fetched_changes_nothing(room: Room) -> None:
    async def scenario() -> tuple[int, int, int]:
        context: Any = RequestContext(22, 5, 1, "c", "h", "L", ("here", 1), SimpleNamespace())
        request = InitProducerIdRequest("tx", 60_000)
        left: Any = init_producer_id.handle(room, context, request)  # type: ignore[arg-type]
        left.abandon()
        return await room.init("tx")

    assert asyncio.run(scenario()) == (0, 0, 0)


# -- FindCoordinator -------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(1, 7))
def test_the_first_question_makes_the_topic_and_is_answered(version: int) -> None:
    room = Room()
    request = FindCoordinatorRequest(key="tx", key_type=1, coordinator_keys=["tx"])
    if version >= 4:
        request.key = ""
    else:
        request.coordinator_keys = []

    async def scenario() -> list[Any]:
        return [await room.ask(find_coordinator, request, version) for _ in range(2)]

    for answer in asyncio.run(scenario()):
        row = answer.coordinators[0] if version >= 4 else answer
        assert (row.error_code, row.node_id, row.host, row.port) == (0, 1, "here", 9092)
    assert len(room.created) == 1


@pytest.mark.parametrize(
    ("brokers", "replicas", "min_isr"), [(1, 1, "1"), (2, 2, "2"), (5, 3, "2")]
)
def test_the_topic_is_kafkas(brokers: int, replicas: int, min_isr: str) -> None:
    room = Room(brokers)
    request = FindCoordinatorRequest(key_type=1, coordinator_keys=["tx"])
    asyncio.run(room.ask(find_coordinator, request, 4))
    (topic,) = room.created
    assert (topic.name, topic.num_partitions, topic.replication_factor) == (
        TOPIC,
        PARTITIONS,
        replicas,
    )
    assert topic.configs == {
        "cleanup.policy": "compact",
        "compression.type": "uncompressed",
        "min.insync.replicas": min_isr,
        "segment.bytes": str(1 << 20),
        "unclean.leader.election.enable": "false",
    }

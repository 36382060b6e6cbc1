"""Brokers for the tests of APIs: one with real metadata and nothing else, for those of topics and
configs; one with real coordinators and logs on a manual clock, for those of transactions."""

from __future__ import annotations

import asyncio
import importlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from wirekafka_protocol.codec import decode, encode
from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.create_topics import CreatableTopic, CreateTopicsRequest
from wirekafka_protocol.messages.end_txn import EndTxnRequest
from wirekafka_protocol.messages.init_producer_id import InitProducerIdRequest
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.records.batch import TRANSACTIONAL_BIT
from wirekafka_protocol.schema import Message

from wirekafka.config.layers import ConfigLayers
from wirekafka.coordinators import Coordinators
from wirekafka.logger_levels import LoggerLevels
from wirekafka.metadata.founding import ClusterIdentity
from wirekafka.metadata.image import BrokerImage
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.metadata.local import LocalEngine
from wirekafka.metadata.model import PartitionImage, TopicImage
from wirekafka.metadata.service import MetadataService
from wirekafka.metadata.stored_configs import StoredConfigRules
from wirekafka.metadata.topics import TopicSettings

CLUSTER_ID = "LlXNjEHQSgaNkjfGqNxMDg"


class AdminBroker:
    """What the handlers see of a broker."""

    node_id = 1
    cluster_id = CLUSTER_ID

    def __init__(self) -> None:
        ids = itertools.count(1)
        self.logger_levels = LoggerLevels()
        self.engine = LocalEngine(None)
        rules = StoredConfigRules(lambda: self.layers)
        settings = TopicSettings(rules, lambda: next(ids).to_bytes(16, "big"))
        self.metadata = MetadataService(self.engine, settings, BrokerImage(1, -1, "first", ()))
        self.config = SimpleNamespace(
            auto_create_topics_enable=True,
            delete_topic_enable=True,
            max_request_partition_size_limit=2000,
            offsets_topic_num_partitions=50,
            offsets_topic_replication_factor=1,
            offsets_topic_segment_bytes=104857600,
        )

    @property
    def image(self) -> Any:
        return self.metadata.image

    @property
    def layers(self) -> ConfigLayers:
        defaults = self.image.configs_of(ConfigResourceType.BROKER, "")
        return ConfigLayers({"node.id": "1"}, defaults)

    async def start(self) -> None:
        await self.metadata.start(ClusterIdentity(CLUSTER_ID, {"metadata.version": 30}))

    async def stop(self) -> None:
        self.logger_levels.restore()
        await self.metadata.stop()
        self.engine.close()

    async def ask(self, module_name: str, request: Message, version: int) -> Any:
        """The answer as a client of this version reads it."""
        module = importlib.import_module(f"wirekafka.apis.{module_name}")
        context: Any = SimpleNamespace(
            api_version=version,
            advertised=("127.0.0.1", 9092),
            listener="PLAINTEXT",
            principal="User:ANONYMOUS",
            usage=None,
        )
        read = decode(module.REQUEST, version, encode(request, version))
        try:
            answer = module.handle(self, context, read)
            if asyncio.iscoroutine(answer):
                answer = await answer
        except ApiError as error:
            answer = module.error_response(read, context, error)
        return decode(type(answer), version, encode(answer, version))

    async def create(self, *topics: CreatableTopic, version: int = 7, dry: bool = False) -> Any:
        request = CreateTopicsRequest(list(topics), validate_only=dry)
        return (await self.ask("create_topics", request, version)).topics


@pytest.fixture
def admin_broker() -> type[AdminBroker]:
    """The class; it must be made on the loop on which it runs."""
    return AdminBroker


OFFSETS = "__consumer_offsets"
TRANSACTIONS = "__transaction_state"
Producer = tuple[int, int]


class Transactional:
    """A room that coordinates groups and transactions, one partition each, and has the topics "t"
    with two partitions and "u"."""

    def __init__(self, room: Any, batch: Callable[..., bytes]) -> None:
        self.room = room
        self._batch = batch
        room.producer_ids._next, room.producer_ids._end = 1000, 2000
        self._start()
        for name, partitions in (("t", 2), ("u", 1), (OFFSETS, 1), (TRANSACTIONS, 1)):
            self.add_topic(name, partitions)

    def _start(self) -> None:
        room = self.room
        room.wake_soon = room.partitions.wake
        room.coordinators = Coordinators(
            room.config,
            room.clock,
            room.partitions,
            next_producer_id=room.producer_ids.next_in_block,
            image=lambda: room.image,
            wake_soon=room.wake_soon,
        )
        room.groups = room.coordinators.groups
        room.transactions = room.coordinators.transactions
        room.transaction_markers = room.coordinators.markers

    def restarted(self) -> Transactional:
        """Killed and started again: only what was written is left."""
        room = self.room
        topics = [(name, len(topic.partitions)) for name, topic in room.image.topics.items()]
        room.coordinators.close()
        room.log_manager.close(clean=False)
        room.open_logs()
        self._start()
        for name, partitions in topics:
            self.add_topic(name, partitions)
        return self

    def add_topic(self, name: str, partitions: int) -> None:
        room = self.room
        topic_id = room.add_topic(name, partitions, internal=name.startswith("__"))
        one = PartitionImage(leader=1, leader_epoch=0, isr=(1,), replicas=(1,))
        topic = TopicImage(name, topic_id, (one,) * partitions, {})
        room.image = replace(
            room.image,
            topics={**room.image.topics, name: topic},
            topics_by_id={**room.image.topics_by_id, topic_id: topic},
        )
        room.coordinators.load(name, dict.fromkeys(range(partitions), 0))

    def ask(self, request: Message, version: int, **header: Any) -> Any:
        return self.room.ask(request, version, **header)

    def begin(self, name: str = "tx", version: int = 4) -> Producer:
        """A producer of the transactional id."""
        answer = self.ask(InitProducerIdRequest(name, 60_000), version)
        assert answer.error_code == 0
        return answer.producer_id, answer.producer_epoch

    def end(self, producer: Producer, committed: bool = True, version: int = 3) -> Any:
        return self.ask(EndTxnRequest("tx", *producer, committed=committed), version)

    def records(self, producer: Producer, sequence: int = 0) -> bytes:
        """A transactional batch."""
        return self._batch(
            b"x",
            attributes=TRANSACTIONAL_BIT,
            producer_id=producer[0],
            producer_epoch=producer[1],
            base_sequence=sequence,
        )

    def request(
        self, producer: Producer, *places: tuple[str, int], sequence: int = 0, acks: int = -1
    ) -> ProduceRequest:
        """A batch for each (topic, partition)."""
        return ProduceRequest(
            "tx",
            acks,
            topic_data=[
                TopicProduceData(
                    topic,
                    topic.encode().ljust(16, b"-"),
                    [PartitionProduceData(index, self.records(producer, sequence))],
                )
                for topic, index in places
            ],
        )

    def produce(
        self, producer: Producer, *places: tuple[str, int], version: int, sequence: int = 0
    ) -> list[int]:
        """The error code of each (topic, partition)."""
        answer = self.ask(self.request(producer, *places, sequence=sequence), version)
        return [row.error_code for topic in answer.responses for row in topic.partition_responses]

    def hold_markers(self) -> None:
        """Markers of offsets cannot be written, so that an end of a transaction with them stays
        under way."""
        self.room.groups.unload(0)

    def release_markers(self) -> None:
        self.room.coordinators.load(OFFSETS, {0: 1})
        self.room.clock.advance(1_000)


@pytest.fixture
def transactional(make_room: Callable[..., Any], batch: Callable[..., bytes]) -> Transactional:
    """See the class."""
    room = make_room("offsets.topic.num.partitions=1", "transaction.state.log.num.partitions=1")
    return Transactional(room, batch)

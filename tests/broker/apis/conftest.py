"""A broker for the tests of the APIs of topics and configs: real metadata, nothing else."""

from __future__ import annotations

import asyncio
import importlib
import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from wirekafka_protocol.codec import decode, encode
from wirekafka_protocol.errors import ApiError
from wirekafka_protocol.messages.create_topics import CreatableTopic, CreateTopicsRequest
from wirekafka_protocol.schema import Message

from wirekafka.config.layers import ConfigLayers
from wirekafka.metadata.image import BrokerImage
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.metadata.local import LocalEngine
from wirekafka.metadata.service import ClusterIdentity, MetadataService
from wirekafka.metadata.stored_configs import StoredConfigRules
from wirekafka.metadata.topics import TopicSettings

CLUSTER_ID = "LlXNjEHQSgaNkjfGqNxMDg"


class AdminBroker:
    """What the handlers see of a broker."""

    node_id = 1
    cluster_id = CLUSTER_ID

    def __init__(self) -> None:
        ids = itertools.count(1)
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
        await self.metadata.stop()
        self.engine.close()

    async def ask(self, module_name: str, request: Message, version: int) -> Any:
        """The answer as a client of this version reads it."""
        module = importlib.import_module(f"wirekafka.apis.{module_name}")
        context: Any = SimpleNamespace(
            api_version=version, advertised=("127.0.0.1", 9092), listener="PLAINTEXT"
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

"""ListConfigResources over the real metadata service; answers as recorded from Kafka 4.3.1."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from wirekafka_protocol.messages.create_topics import CreatableTopic
from wirekafka_protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
)
from wirekafka_protocol.messages.list_config_resources import ListConfigResourcesRequest

TOPIC, BROKER, LOGGER, CLIENT_METRICS, GROUP = 2, 4, 8, 16, 32

ALL = [
    ("g", GROUP),
    ("m", CLIENT_METRICS),
    ("1", LOGGER),
    ("1", BROKER),
    ("a", TOPIC),
    ("b", TOPIC),
]


async def prepared(admin_broker: Any) -> Any:
    """A broker with two topics, configs of a group and of a subscription, and of all brokers."""
    broker = admin_broker()
    await broker.start()
    await broker.create(CreatableTopic("b", 1, 1), CreatableTopic("a", 1, 1))
    rows = [
        AlterConfigsResource(kind, name, [AlterableConfig(config, 0, value)])
        for kind, name, config, value in (
            (GROUP, "g", "consumer.session.timeout.ms", "50000"),
            (CLIENT_METRICS, "m", "interval.ms", "1000"),
            (BROKER, "", "max.connections", "1000"),
        )
    ]
    await broker.ask("incremental_alter_configs", IncrementalAlterConfigsRequest(rows), 1)
    return broker


async def listed(broker: Any, version: int, *types: int) -> tuple[int, list[tuple[str, int]]]:
    request = ListConfigResourcesRequest(list(types))
    answer = await broker.ask("list_config_resources", request, version)
    rows = [(row.resource_name, row.resource_type) for row in answer.config_resources]
    return answer.error_code, rows


@pytest.mark.parametrize(
    ("version", "types", "expected"),
    [
        (0, (), (0, [("m", CLIENT_METRICS)])),
        (1, (), (0, ALL)),
        (1, (TOPIC, TOPIC), (0, [("a", TOPIC), ("b", TOPIC)])),
        (1, (BROKER, LOGGER), (0, [("1", LOGGER), ("1", BROKER)])),
        (1, (GROUP,), (0, [("g", GROUP)])),
        (1, (TOPIC, 99), (35, [])),
        (1, (0,), (35, [])),
        (1, (-1,), (35, [])),
    ],
)
def test_resources_of_the_types_asked_for(
    admin_broker: Any, version: int, types: tuple[int, ...], expected: Any
) -> None:
    async def play() -> None:
        broker = await prepared(admin_broker)
        assert await listed(broker, version, *types) == expected
        await broker.stop()

    asyncio.run(play())


def test_a_resource_whose_last_config_is_deleted_is_gone(admin_broker: Any) -> None:
    async def play() -> None:
        broker = await prepared(admin_broker)
        rows = [
            AlterConfigsResource(GROUP, "g", [AlterableConfig("consumer.session.timeout.ms", 1)]),
            AlterConfigsResource(CLIENT_METRICS, "m", [AlterableConfig("interval.ms", 1)]),
        ]
        await broker.ask("incremental_alter_configs", IncrementalAlterConfigsRequest(rows), 1)
        assert await listed(broker, 1, GROUP, CLIENT_METRICS) == (0, [])
        assert await listed(broker, 0) == (0, [])
        await broker.stop()

    asyncio.run(play())

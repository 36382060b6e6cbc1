"""The APIs of configs, over the real metadata service: requests and answers as bytes.

Answers are those recorded from Kafka 4.3.1; every version in which an API is served goes through
the codec, so a field that is null where the version cannot say so fails here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from wirekafka_protocol.messages.alter_configs import AlterableConfig as ReplacedConfig
from wirekafka_protocol.messages.alter_configs import AlterConfigsRequest
from wirekafka_protocol.messages.alter_configs import AlterConfigsResource as ReplacedResource
from wirekafka_protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
)
from wirekafka_protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
)
from wirekafka_protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
)

TOPIC, BROKER, GROUP, CLIENT_METRICS = 2, 4, 32, 16


Broker = Any  # AdminBroker of conftest.py, which tests cannot import
Scenario = Callable[[Broker], Coroutine[Any, Any, None]]


def with_broker(scenario: Scenario) -> Callable[[Any], None]:
    """A test that gets a started broker."""

    async def play(admin_broker: Any) -> None:
        broker = admin_broker()
        await broker.start()
        await scenario(broker)
        await broker.stop()

    def test(admin_broker: Any) -> None:
        asyncio.run(play(admin_broker))

    test.__name__ = scenario.__name__
    return test


def new(name: str, partitions: int = 1, **configs: str | None) -> CreatableTopic:
    rows = [CreatableTopicConfig(k.replace("_", "."), v) for k, v in configs.items()]
    return CreatableTopic(name, partitions, 1, configs=rows)


def described(answer: Any) -> list[tuple[int, str | None]]:
    return [(row.error_code, row.error_message) for row in answer.results]


@with_broker
async def test_describe_configs_in_every_version(broker: Broker) -> None:
    await broker.create(new("t", retention_ms="5000"))
    keys = ["retention.ms", "min.insync.replicas", "no.such"]
    request = DescribeConfigsRequest([DescribeConfigsResource(TOPIC, "t", keys)], True)
    for version in range(1, 5):
        answer = await broker.ask("describe_configs", request, version)
        assert described(answer) == [(0, "")]
        rows = {c.name: c for c in answer.results[0].configs}
        assert {n: (c.value, c.config_source) for n, c in rows.items()} == {
            "retention.ms": ("5000", 1),
            "min.insync.replicas": ("1", 3),
        }
        found = [(s.name, s.value, s.source) for s in rows["min.insync.replicas"].synonyms]
        assert found == [("min.insync.replicas", "1", 3), ("min.insync.replicas", "1", 5)]
        if version >= 3:
            assert (rows["retention.ms"].config_type, rows["retention.ms"].documentation) == (
                5,
                None,
            )


@with_broker
async def test_describe_configs_of_unknown_things(broker: Broker) -> None:
    table = [
        (TOPIC, "none", 3, ""),
        (TOPIC, "", 17, "Topic name is invalid: the empty string is not allowed"),
        (BROKER, "9", 42, "Unexpected broker id, expected 1 or empty string, but received 9"),
        (BROKER, "x", 42, "Broker id must be an integer, but it is: x"),
        (GROUP, "", 42, "Group name must not be empty"),
        (CLIENT_METRICS, "", 42, "Client metrics subscription name must not be empty"),
        (8, "", 42, "Broker id must not be empty"),
        (8, "9", 42, "Unexpected broker id, expected 1 but received 9"),
        (8, "1", 0, ""),
        (BROKER, "", 0, ""),
        (BROKER, "1", 0, ""),
        (GROUP, "none", 0, ""),
        (CLIENT_METRICS, "none", 0, ""),
    ]
    resources = [DescribeConfigsResource(kind, name, None) for kind, name, _, _ in table]
    answer = await broker.ask("describe_configs", DescribeConfigsRequest(resources), 4)
    assert described(answer) == [(code, text) for _, _, code, text in table]


@with_broker
async def test_describe_configs_of_an_unknown_type_refuses_the_whole_request(
    broker: Broker,
) -> None:
    """Kafka fails before it looks at the first resource."""
    good = DescribeConfigsResource(BROKER, "1", None)
    for kind in (0, 1, 9, 99, -1):
        unknown = DescribeConfigsResource(kind, "x", None)
        request = DescribeConfigsRequest([good, unknown])
        answer = await broker.ask("describe_configs", request, 4)
        assert [row.error_code for row in answer.results] == [42, 42]
        assert answer.results[0].configs == []


@with_broker
async def test_broker_ids_are_digits_and_nothing_else(broker: Broker) -> None:
    """Python's int() reads more than Java's: spaces around a number and lines within."""
    for name in (" 1", "1 ", "1_", "0_1", "1\n"):
        request = DescribeConfigsRequest([DescribeConfigsResource(BROKER, name, None)])
        answer = await broker.ask("describe_configs", request, 4)
        assert described(answer) == [(42, f"Broker id must be an integer, but it is: {name}")]
        change = resource(BROKER, name, ("log.cleaner.backoff.ms", 0, "20000"))
        found = await alter(broker, change)
        assert found == [(42, f"Node id must be an integer, but it is: {name}")]


def resource(kind: int, name: str, *changes: tuple[str, int, str | None]) -> AlterConfigsResource:
    return AlterConfigsResource(kind, name, [AlterableConfig(*change) for change in changes])


async def alter(broker: Broker, *resources: AlterConfigsResource, version: int = 1) -> Any:
    request = IncrementalAlterConfigsRequest(list(resources))
    answer = await broker.ask("incremental_alter_configs", request, version)
    return [(row.error_code, row.error_message) for row in answer.responses]


@with_broker
async def test_incremental_alter_configs_in_every_version(broker: Broker) -> None:
    await broker.create(new("t"))
    for version in range(2):
        changes = [("retention.ms", 0, str(version)), ("cleanup.policy", 2, "compact")]
        assert await alter(broker, resource(TOPIC, "t", *changes), version=version) == [(0, None)]
        assert broker.image.topics["t"].configs == {
            "retention.ms": str(version),
            "cleanup.policy": "delete,compact",
        }


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (
            (TOPIC, "t", ("retention.ms", 0, None)),
            42,
            "Null value not supported for : retention.ms",
        ),
        (
            (TOPIC, "t", ("retention.ms", 0, "1"), ("retention.ms", 0, "2")),
            42,
            "Error due to duplicate config keys",
        ),
        ((TOPIC, "none", ("retention.ms", 0, "1")), 3, "The topic 'none' does not exist."),
        ((TOPIC, "t", ("no.such", 0, "1")), 40, "Unknown topic config name: no.such"),
        (
            (BROKER, "1", ("num.partitions", 0, "3")),
            42,
            "Cannot update these configs dynamically: [num.partitions]",
        ),
        (
            (BROKER, "1", ("log.cleaner.threads", 2, "3")),
            40,
            "Config value append is not allowed for config key: log.cleaner.threads",
        ),
        ((BROKER, "9"), 42, "Unexpected broker id, expected 1, but received 9"),
        ((BROKER, "x"), 42, "Node id must be an integer, but it is: x"),
        (
            (BROKER, "1", ("min.insync.replicas", 1, None)),
            40,
            "Broker-level min.insync.replicas cannot be altered while ELR is enabled.",
        ),
        (
            (GROUP, "g", ("consumer.session.timeout.ms", 0, "5")),
            40,
            "consumer.session.timeout.ms must be greater than or equal to "
            "group.consumer.min.session.timeout.ms",
        ),
        (
            (CLIENT_METRICS, "m", ("interval.ms", 0, "5")),
            42,
            "Invalid value 5 for interval.ms, interval must be between 100 and 3600000 (1 hour)",
        ),
        (
            (CLIENT_METRICS, "m", ("match", 0, "a")),
            40,
            "Illegal client matching pattern: a",
        ),
        (
            (CLIENT_METRICS, "m", ("no.such", 0, "a")),
            42,
            "Unknown client metrics configuration: no.such",
        ),
        ((99, "g"), 42, "Unknown resource type 99"),
        ((TOPIC, "t", ("retention.ms", 9, "1")), -1, None),
        ((TOPIC, "t", ("retention.ms", 1, None)), 0, None),
        ((GROUP, "g", ("consumer.session.timeout.ms", 0, "50000")), 0, None),
        ((CLIENT_METRICS, "m", ("match", 0, "client_id=a.*")), 0, None),
        ((BROKER, "", ("log.cleanup.policy", 2, "compact")), 0, None),
    ],
)
def test_incremental_alter_configs_answers(
    admin_broker: Any, asked: tuple[Any, ...], code: int, message: str | None
) -> None:
    @with_broker
    async def scenario(broker: Broker) -> None:
        await broker.create(new("t"))
        assert await alter(broker, resource(*asked)) == [(code, message)]

    scenario(admin_broker)


@with_broker
async def test_resources_listed_twice_and_unknown_operations(broker: Broker) -> None:
    await broker.create(new("t"))
    twice = (42, "Each resource must appear at most once.")
    group = resource(GROUP, "g", ("consumer.session.timeout.ms", 0, "50000"))
    topics = [resource(TOPIC, "t")] * 2
    assert await alter(broker, topics[0], group, topics[1]) == [twice, (0, None), twice]
    unknown = resource(TOPIC, "t", ("retention.ms", 9, "1"))
    refused = resource(BROKER, "9")
    assert [code for code, _ in await alter(broker, unknown, group, refused)] == [-1, -1, 42]


@with_broker
async def test_alter_configs_replaces_everything_in_every_version(broker: Broker) -> None:
    for version in range(3):
        await broker.create(new(f"t{version}", retention_ms="5000"))
        resources = [
            ReplacedResource(TOPIC, f"t{version}", [ReplacedConfig("segment.ms", "60000")]),
            ReplacedResource(TOPIC, "none", []),
            ReplacedResource(TOPIC, "null", [ReplacedConfig("segment.ms", None)]),
            ReplacedResource(8, "1", []),
        ]
        answer = await broker.ask("alter_configs", AlterConfigsRequest(resources), version)
        assert [row.error_code for row in answer.responses] == [0, 3, 42, 42]
        assert broker.image.topics[f"t{version}"].configs == {"segment.ms": "60000"}

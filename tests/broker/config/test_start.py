"""Starts with what people have: Kafka's own file, an image's variables, KAFKA_CREATE_TOPICS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.messages.metadata import MetadataRequest, MetadataRequestTopic

from wirekafka.config.parse import load
from wirekafka.config.property import ConfigError

Live = Any  # LiveBroker of conftest.py, which tests cannot import
OnBroker = Callable[..., Any]

# The settings of the file that comes with Kafka 4.3, as facts, in our own order and words.
STOCK_PROPERTIES = """
# one node in both roles
node.id=1
process.roles=broker,controller
controller.quorum.bootstrap.servers=localhost:9093
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0
advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,\\
    SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL

# threads and sockets
num.io.threads=8
num.network.threads=3
num.recovery.threads.per.data.dir=2
socket.receive.buffer.bytes=102400
socket.send.buffer.bytes=102400
socket.request.max.bytes=104857600

# topics and what is kept of them
num.partitions=1
log.retention.check.interval.ms=300000
log.retention.hours=168
log.segment.bytes=1073741824
offsets.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.replication.factor=1
"""

IMAGE_VARIABLES = {
    "CLUSTER_ID": "5L6g3nShT-eMCtK--X86sw",
    "KAFKA_NODE_ID": "1",
    "KAFKA_PROCESS_ROLES": "broker,controller",
    "KAFKA_LISTENERS": "PLAINTEXT://127.0.0.1:0,BROKER://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
    "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://localhost:9092,BROKER://kafka:29092",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": (
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT"
    ),
    "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@kafka:29093",
    "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    "KAFKA_HEAP_OPTS": "-Xmx512m",
    "KAFKA_JVM_PERFORMANCE_OPTS": "-server",
    "KAFKA_LOG4J_OPTS": "-Dlog4j2.configurationFile=/etc/log4j2.yaml",
}


async def topics(live: Live) -> dict[str, int]:
    """Counts of partitions by topic."""
    answer = await live.call(MetadataRequest(None))
    return {row.name: len(row.partitions) for row in answer.topics}


def test_kafkas_own_file_starts_a_broker(on_broker: OnBroker) -> None:
    assert on_broker(topics, properties_text=STOCK_PROPERTIES) == {}
    silent = "{} is set, but wirekafka does not act on it yet"
    assert list(load(properties_text=STOCK_PROPERTIES).warnings) == [
        "server.properties: " + silent.format("controller.quorum.bootstrap.servers"),
    ]


def test_the_variables_of_an_image_start_a_broker(on_broker: OnBroker) -> None:
    async def scenario(live: Live) -> tuple[str, list[tuple[str, int]]]:
        answers = [await live.call(MetadataRequest([]), listener=number) for number in (0, 1)]
        return answers[0].cluster_id, [(a.brokers[0].host, a.brokers[0].port) for a in answers]

    assert on_broker(scenario, environ=IMAGE_VARIABLES) == (
        "5L6g3nShT-eMCtK--X86sw",
        [("localhost", 9092), ("kafka", 29092)],
    )
    silent = "{} is set, but wirekafka does not act on it yet"
    assert list(load(environ=IMAGE_VARIABLES).warnings) == [
        "KAFKA_CONTROLLER_QUORUM_VOTERS: " + silent.format("controller.quorum.voters"),
    ]


# -- KAFKA_CREATE_TOPICS ------------------------------------------------------------------------


def test_topics_asked_for_are_there_at_the_first_connect(
    on_broker: OnBroker, tmp_path: Path
) -> None:
    async def first(live: Live) -> int:
        assert await topics(live) == {"a": 3, "b": 1}
        assert (await live.produce("b", b"v")).error_code == 0
        return (await live.produce("b", b"v", key=None)).error_code

    data = tmp_path / "kept"
    invalid_record = 87  # what a compacted topic says about records without key
    environ = {"KAFKA_CREATE_TOPICS": "a:3:1,b:1:1:compact"}
    assert on_broker(first, environ=environ, data=data) == invalid_record

    async def second(live: Live) -> dict[str, int]:
        assert live.partition("b").log.log_end_offset == 1
        return await topics(live)

    again = {"KAFKA_CREATE_TOPICS": "a:5:1,b:1:1:compact,c:2:1"}
    assert on_broker(second, environ=again, data=data) == {"a": 3, "b": 1, "c": 2}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a:1:3", "INVALID_REPLICATION_FACTOR"),
        ("a/b:1:1", "INVALID_TOPIC_EXCEPTION"),
    ],
)
def test_a_topic_that_cannot_be_made_stops_the_start(
    on_broker: OnBroker, text: str, reason: str
) -> None:
    with pytest.raises(ConfigError, match=f"KAFKA_CREATE_TOPICS: topic .*{reason}"):
        on_broker(topics, environ={"KAFKA_CREATE_TOPICS": text})


def test_a_topic_named_twice_is_created_as_named_last(on_broker: OnBroker) -> None:
    async def partitions(live: Live) -> Any:
        (row,) = (await live.ask(MetadataRequest([MetadataRequestTopic(name="a")]))).topics
        return len(row.partitions)

    assert on_broker(partitions, environ={"KAFKA_CREATE_TOPICS": "a:1:1,a:2:1"}) == 2

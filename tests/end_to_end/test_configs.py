"""Configs as people give them to `wirekafka serve`, and changed while a client is at work."""

from __future__ import annotations

import re
from typing import Any

import pytest
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

WAIT_SECONDS = 20


def warnings(broker: Any) -> list[str]:
    return re.findall(r"WARNING (.*) \(wirekafka\S*\)", broker.log())


def change(admin: AdminClient, name: str, value: str) -> None:
    """Of broker 1: librdkafka cannot name all brokers."""
    entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.BROKER, "1", incremental_configs=[entry])
    admin.incremental_alter_configs([resource])[resource].result(WAIT_SECONDS)


def test_what_has_no_effect_is_one_line_each_and_first_topics_are_there(
    start_broker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_CREATE_TOPICS", "orders:3:1,users:1:1:compact")
    monkeypatch.setenv("KAFKA_NUM_IO_THREADS", "9")
    broker = start_broker("background.threads=11", "num.partitions=2")
    without = "is set, but wirekafka does not act on it yet"
    assert sorted(warnings(broker)) == [
        f"--set: background.threads {without}",
        f"KAFKA_NUM_IO_THREADS: num.io.threads {without}",
    ]
    topics = AdminClient({"bootstrap.servers": broker.bootstrap}).list_topics().topics
    assert {name: len(topic.partitions) for name, topic in topics.items()} == {
        "orders": 3,
        "users": 1,
    }


def test_message_max_bytes_changes_without_a_restart(start_broker: Any) -> None:
    broker = start_broker()
    client = {"bootstrap.servers": broker.bootstrap, "log_level": 0}
    admin = AdminClient(client)
    admin.create_topics([NewTopic("t", 1, 1)])["t"].result(WAIT_SECONDS)
    producer = Producer({**client, "linger.ms": 0})
    errors: list[str | None] = []

    def produce() -> None:
        producer.produce(
            "t", bytes(5000), on_delivery=lambda e, _: errors.append(e.name() if e else None)
        )
        assert producer.flush(WAIT_SECONDS) == 0

    produce()
    change(admin, "message.max.bytes", "1000")
    produce()
    change(admin, "message.max.bytes", "10000")
    produce()
    assert errors == [None, "MSG_SIZE_TOO_LARGE", None]


def test_what_needs_a_restart_is_refused(start_broker: Any) -> None:
    admin = AdminClient({"bootstrap.servers": start_broker().bootstrap, "log_level": 0})
    with pytest.raises(KafkaException, match=r"Cannot update these configs dynamically"):
        change(admin, "num.partitions", "3")

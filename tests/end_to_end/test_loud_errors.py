"""Mistakes that tests make are told to the client in words that say what to do."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin import NewTopic as ConfluentTopic
from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from kafka.errors import InvalidReplicationFactorError

ADVICE = "Ask for a replication factor of at most 1."


def test_more_replicas_than_brokers_in_librdkafka(broker: Any) -> None:
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    asked = admin.create_topics([ConfluentTopic("three", 1, 3)])["three"]
    with pytest.raises(KafkaException) as refused:
        asked.result(20)
    error = refused.value.args[0]
    assert error.name() == "INVALID_REPLICATION_FACTOR"
    assert ADVICE in error.str()


def test_more_replicas_than_brokers_in_kafka_python(broker: Any) -> None:
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    try:
        with pytest.raises(InvalidReplicationFactorError, match=ADVICE):
            admin.create_topics([NewTopic("three", 1, 3)])
    finally:
        admin.close()

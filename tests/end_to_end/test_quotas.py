"""Quotas and SCRAM credentials with unchanged clients."""

from __future__ import annotations

import socket
import struct
import uuid
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    NewTopic,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from wirekafka_protocol.codec import decode, encoder
from wirekafka_protocol.framing import begin_request, end_frame
from wirekafka_protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasRequestEntryData,
    AlterClientQuotasResponse,
    EntityData,
    OpData,
)

WAIT_SECONDS = 20


def limit(broker: Any, client_id: str, key: str, value: float | None) -> None:
    """Set, or with None remove, a quota of a client id; no Python client can."""
    entry = AlterClientQuotasRequestEntryData(
        [EntityData("client-id", client_id)], [OpData(key, value or 0.0, value is None)]
    )
    request = AlterClientQuotasRequest([entry])
    out = bytearray()
    start = begin_request(out, api_key=49, api_version=0, correlation_id=1, client_id="admin")
    encoder(AlterClientQuotasRequest, 0)(request, out)
    end_frame(out, start)
    with socket.create_connection(("127.0.0.1", broker.port), WAIT_SECONDS) as connection:
        connection.sendall(out)
        stream = connection.makefile("rb")
        (size,) = struct.unpack(">i", stream.read(4))
        answer = decode(AlterClientQuotasResponse, 0, stream.read(size)[4:])
    assert [row.error_code for row in answer.entries] == [0]


def create_topic(broker: Any) -> str:
    name = f"quotas-{uuid.uuid4().hex[:12]}"
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    admin.create_topics([NewTopic(name, 1, 1)])[name].result(WAIT_SECONDS)
    return name


def test_a_producer_above_its_quota_hears_of_it_and_loses_nothing(broker: Any) -> None:
    topic, client_id = create_topic(broker), f"producer-{uuid.uuid4().hex}"
    limit(broker, client_id, "producer_byte_rate", 20_000.0)
    throttled: list[float] = []
    delivered: list[int] = []
    producer = Producer(
        {
            "bootstrap.servers": broker.bootstrap,
            "client.id": client_id,
            "batch.size": 16_000,
            "linger.ms": 0,
            "throttle_cb": lambda event: throttled.append(event.throttle_time),
        }
    )
    for _ in range(24):
        producer.produce(
            topic, b"x" * 10_000, on_delivery=lambda error, m: delivered.append(m.offset())
        )
        producer.poll(0)
    assert producer.flush(WAIT_SECONDS) == 0
    assert sorted(delivered) == list(range(24))
    assert throttled
    assert max(throttled) < 10


def test_a_consumer_above_its_quota_gets_everything_later(start_broker: Any) -> None:
    broker = start_broker("quota.window.num=2")  # with eleven it would take eleven seconds
    topic, client_id = create_topic(broker), f"consumer-{uuid.uuid4().hex}"
    producer = Producer({"bootstrap.servers": broker.bootstrap, "batch.size": 12_000})
    for _ in range(25):
        producer.produce(topic, b"x" * 10_000)
    assert producer.flush(WAIT_SECONDS) == 0
    limit(broker, client_id, "consumer_byte_rate", 200_000.0)
    throttled: list[float] = []
    consumer = Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "client.id": client_id,
            "group.id": client_id,
            "fetch.max.bytes": 30_000,
            "max.partition.fetch.bytes": 30_000,
            "message.max.bytes": 30_000,
            "throttle_cb": lambda event: throttled.append(event.throttle_time),
        }
    )
    consumer.assign([TopicPartition(topic, 0, 0)])
    found = 0
    while found < 25:
        messages = consumer.consume(25 - found, WAIT_SECONDS)
        assert messages
        found += len(messages)
    consumer.close()
    assert throttled


def test_an_admin_client_above_its_quota_is_refused(broker: Any) -> None:
    from kafka.admin import KafkaAdminClient
    from kafka.admin import NewTopic as Topic
    from kafka.errors import ThrottlingQuotaExceededError

    client_id = f"admin-{uuid.uuid4().hex}"
    limit(broker, client_id, "controller_mutation_rate", 1.0)
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap, client_id=client_id)
    names = [f"quotas-{uuid.uuid4().hex[:12]}" for _ in range(2)]
    admin.create_topics([Topic(names[0], 13, 1)])
    with pytest.raises(ThrottlingQuotaExceededError):
        admin.create_topics([Topic(names[1], 1, 1)])
    admin.close()
    limit(broker, client_id, "controller_mutation_rate", None)
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap, client_id=client_id)
    admin.create_topics([Topic(names[1], 1, 1)])
    admin.close()


def test_librdkafka_manages_scram_credentials(broker: Any) -> None:
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    user = f"user-{uuid.uuid4().hex}"
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 8192)
    upsertion = UserScramCredentialUpsertion(user, info, b"secret", b"salt")
    assert admin.alter_user_scram_credentials([upsertion])[user].result(WAIT_SECONDS) is None
    described = admin.describe_user_scram_credentials([user])[user].result(WAIT_SECONDS)
    assert [(i.mechanism, i.iterations) for i in described.scram_credential_infos] == [
        (ScramMechanism.SCRAM_SHA_512, 8192)
    ]
    everybody = admin.describe_user_scram_credentials().result(WAIT_SECONDS)
    assert user in everybody
    deletion = UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512)
    assert admin.alter_user_scram_credentials([deletion])[user].result(WAIT_SECONDS) is None
    with pytest.raises(KafkaException) as missing:
        admin.describe_user_scram_credentials([user])[user].result(WAIT_SECONDS)
    assert missing.value.args[0].name() == "RESOURCE_NOT_FOUND"


def test_kafka_python_manages_scram_credentials(broker: Any) -> None:
    from kafka.admin import (
        KafkaAdminClient,
        ScramMechanism,
        UserScramCredentialUpsertion,
    )

    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    user = f"user-{uuid.uuid4().hex}"
    change = UserScramCredentialUpsertion(user, ScramMechanism.SCRAM_SHA_256, b"secret")
    admin.alter_user_scram_credentials([change])
    assert user in str(admin.describe_user_scram_credentials([user]))
    admin.close()

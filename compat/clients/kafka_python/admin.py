"""The admin client: topics, partitions, records, offsets, the cluster."""

from __future__ import annotations

import uuid

from kafka import TopicPartition
from kafka.admin import (
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    OffsetSpec,
    ResourcePatternFilter,
    ResourceType,
)
from kafka.errors import SecurityDisabledError

from ..python.scenario import Broker, equal, refused, until
from .kit import (
    WAIT_S,
    admin_client,
    consumer_client,
    fill,
    new_topic,
    poll,
    producer_client,
    reader,
    values,
)


def topic_created_and_deleted(broker: Broker) -> None:
    """A topic that is created is listed and described; deleted it is gone."""
    admin, topic = admin_client(broker), new_topic(broker, 3)
    assert topic in admin.list_topics(), "the topic is not listed"
    described = admin.describe_topics([topic])[0]
    parts = sorted(described["partitions"], key=lambda part: part["partition_index"])
    equal([part["partition_index"] for part in parts], [0, 1, 2], "partitions")
    equal({tuple(part["isr_nodes"]) for part in parts}, {(parts[0]["leader_id"],)}, "isr")
    admin.delete_topics([topic])
    until(lambda: topic not in admin.list_topics(), "the topic is gone")


def topic_created_again_has_a_new_id(broker: Broker) -> None:
    """A topic that is deleted and created again is empty and has another id."""
    admin, topic = admin_client(broker), new_topic(broker)
    fill(broker, topic, 3)
    old = admin.describe_topics([topic])[0]["topic_id"]
    admin.delete_topics([topic])
    until(lambda: topic not in admin.list_topics(), "the topic is gone")
    admin.create_topics({topic: {}}, wait_for_metadata=True)
    assert admin.describe_topics([topic])[0]["topic_id"] != old, "the id is the same"
    part = TopicPartition(topic, 0)
    equal(admin.list_partition_offsets({part: OffsetSpec.LATEST})[part].offset, 0, "end")


def topic_by_its_id(broker: Broker) -> None:
    """A topic is described by its id."""
    admin, topic = admin_client(broker), new_topic(broker)
    topic_id = uuid.UUID(str(admin.describe_topics([topic])[0]["topic_id"]))
    found = admin.describe_topics([topic_id])
    equal([entry["name"] for entry in found], [topic], "names")


def topic_with_the_defaults_of_the_broker(broker: Broker) -> None:
    """Without counts a topic gets num.partitions and default.replication.factor."""
    admin, topic = admin_client(broker), broker.name()
    answer = admin.create_topics([topic])["topics"][0]
    equal((answer["num_partitions"], answer["replication_factor"]), (1, 1), "counts")


def topic_only_validated(broker: Broker) -> None:
    """With validate_only a topic is not created."""
    admin, topic = admin_client(broker), broker.name()
    admin.create_topics({topic: {"num_partitions": 2}}, validate_only=True)
    assert topic not in admin.list_topics(), "the topic is there"


def topic_with_assignments(broker: Broker) -> None:
    """A topic is created with the replicas that its creator names."""
    admin, topic = admin_client(broker), broker.name()
    node = admin.describe_cluster()["brokers"][0]["broker_id"]
    admin.create_topics({topic: {"assignments": {0: [node], 1: [node]}}}, wait_for_metadata=True)
    equal(len(admin.describe_topics([topic])[0]["partitions"]), 2, "partitions")


def more_partitions(broker: Broker) -> None:
    """A topic gets more partitions, which take records; the number is the new total."""
    admin, topic = admin_client(broker), new_topic(broker)
    admin.create_partitions({topic: 3})
    until(lambda: len(admin.describe_topics([topic])[0]["partitions"]) == 3, "three partitions")
    place = producer_client(broker).send(topic, b"x", partition=2).get(WAIT_S)
    equal((place.partition, place.offset), (2, 0), "place")


def records_deleted(broker: Broker) -> None:
    """Records below an offset are deleted: reading begins there."""
    admin, topic = admin_client(broker), new_topic(broker)
    fill(broker, topic, 5)
    part = TopicPartition(topic, 0)
    equal(admin.delete_records({part: 3})[part]["low_watermark"], 3, "low watermark")
    client = reader(broker, topic)
    equal(client.beginning_offsets([part]), {part: 3}, "beginning")
    equal(values(poll(client, 2)), "3 4")


def offsets_listed(broker: Broker) -> None:
    """The earliest offset, the latest one, and that of the latest time are listed."""
    admin, topic = admin_client(broker), new_topic(broker)
    producer, part = producer_client(broker), TopicPartition(topic, 0)
    for time_ms in (1_700_000_001_000, 1_700_000_009_000, 1_700_000_005_000):
        producer.send(topic, b"x", timestamp_ms=time_ms).get(WAIT_S)
    specs = [OffsetSpec.EARLIEST, OffsetSpec.LATEST, OffsetSpec.MAX_TIMESTAMP]
    found = [admin.list_partition_offsets({part: spec})[part].offset for spec in specs]
    equal(found, [0, 3, 1], "offsets")


def topic_partitions_by_pages(broker: Broker) -> None:
    """DescribeTopicPartitions gives a cursor when there are more partitions than asked for."""
    admin, topic = admin_client(broker), new_topic(broker, 3)
    first = admin.describe_topic_partitions([topic], response_partition_limit=2)
    equal(first["next_cursor"], {"topic_name": topic, "partition_index": 2}, "cursor")
    rest = admin.describe_topic_partitions([topic], cursor=first["next_cursor"])
    found = [part["partition_index"] for part in rest["topics"][0]["partitions"]]
    equal((found, rest["next_cursor"]), ([2], None), "the rest")


def cluster_described(broker: Broker) -> None:
    """The cluster has an id, a controller, and the broker that we talk to."""
    found = admin_client(broker).describe_cluster()
    nodes = {f"{node['host']}:{node['port']}" for node in found["brokers"]}
    assert found["cluster_id"], found
    assert broker.bootstrap in nodes, nodes
    assert found["controller_id"] in [node["broker_id"] for node in found["brokers"]], found


def features_described(broker: Broker) -> None:
    """The broker tells the features of Kafka, and which of them are finalized."""
    found = admin_client(broker).describe_features()
    levels = found["metadata.version"]
    equal((levels["supported"], levels["finalized"]), ((7, 30), (30, 30)), "metadata.version")


def version_guessed_from_the_apis(broker: Broker) -> None:
    """The client takes the broker for Kafka 4.3, by the versions of its APIs.

    FEATURE: admin (DescribeLogDirs)
    """
    equal(consumer_client(broker).config["api_version"], (4, 3), "version")


def quorum_described(broker: Broker) -> None:
    """The metadata quorum has a leader, which is among its voters.

    FEATURE: several brokers
    """
    found = admin_client(broker).describe_metadata_quorum()
    quorum = found["topics"][0]["partitions"][0] if "topics" in found else found
    assert quorum["leader_id"] in [node["replica_id"] for node in quorum["current_voters"]], found


def log_dirs_described(broker: Broker) -> None:
    """The log directories tell the size of a partition.

    FEATURE: admin (DescribeLogDirs)
    """
    topic = new_topic(broker)
    fill(broker, topic, 3)
    found = admin_client(broker).describe_log_dirs({topic: [0]})[0]["log_dirs"][0]
    equal(found["error_code"], 0, "error")
    equal([entry["name"] for entry in found["topics"]], [topic], "topics")
    assert found["topics"][0]["partitions"][0]["partition_size"] > 0, found


def reassignments_listed(broker: Broker) -> None:
    """No partition is being reassigned.

    FEATURE: several brokers
    """
    equal(admin_client(broker).list_partition_reassignments(), {}, "reassignments")


def acls_without_an_authorizer(broker: Broker) -> None:
    """Without an authorizer ACLs are SECURITY_DISABLED.

    FEATURE: security
    """
    pattern = ResourcePatternFilter(ResourceType.TOPIC, "any", ACLResourcePatternType.ANY)
    wanted = ACLFilter(
        principal=None,
        host=None,
        operation=ACLOperation.ANY,
        permission_type=ACLPermissionType.ANY,
        resource_pattern=pattern,
    )
    with refused(SecurityDisabledError):
        admin_client(broker).describe_acls(wanted)


def scram_users_described(broker: Broker) -> None:
    """Nobody has SCRAM credentials.

    FEATURE: security
    """
    equal(admin_client(broker).describe_user_scram_credentials(), {}, "credentials")

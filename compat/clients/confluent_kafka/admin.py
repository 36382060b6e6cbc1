"""The admin client: topics, partitions, configs, records, offsets, the cluster."""

from __future__ import annotations

from typing import Any

from confluent_kafka import (
    ElectionType,
    IsolationLevel,
    KafkaError,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import (
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourcePatternType,
    ResourceType,
)

from ..python.scenario import Broker, equal, until
from .kit import (
    WAIT_S,
    admin_client,
    consumer_client,
    error,
    fill,
    new_topic,
    poll,
    producer_client,
    reader,
    send,
    values,
)


def topic_created_and_deleted(broker: Broker) -> None:
    """A topic that is created is listed with its leader and replicas; deleted it is gone."""
    admin, topic = admin_client(broker), new_topic(broker, 3)
    parts = admin.list_topics(topic, timeout=WAIT_S).topics[topic].partitions
    equal(sorted(parts), [0, 1, 2], "partitions")
    assert all(part.isrs == [part.leader] for part in parts.values()), parts
    admin.delete_topics([topic])[topic].result(WAIT_S)
    until(lambda: topic not in admin.list_topics(timeout=WAIT_S).topics, "the topic is gone")


def topic_described(broker: Broker) -> None:
    """DescribeTopics tells the id, the partitions, their leaders and replicas."""
    topic = new_topic(broker, 2)
    asked = TopicCollection([topic])
    found = admin_client(broker).describe_topics(asked)[topic].result(WAIT_S)
    equal((found.name, found.is_internal, len(found.partitions)), (topic, False, 2), "topic")
    assert str(found.topic_id), found
    assert all(part.leader.id == part.replicas[0].id for part in found.partitions), found


def topic_only_validated(broker: Broker) -> None:
    """With validate_only a topic is not created."""
    admin, topic = admin_client(broker), broker.name()
    admin.create_topics([NewTopic(topic, 1, 1)], validate_only=True)[topic].result(WAIT_S)
    assert topic not in admin.list_topics(timeout=WAIT_S).topics, "the topic is there"


def topic_with_the_defaults_of_the_broker(broker: Broker) -> None:
    """Without counts a topic gets num.partitions and default.replication.factor."""
    admin, topic = admin_client(broker), broker.name()
    admin.create_topics([NewTopic(topic, -1, -1)])[topic].result(WAIT_S)
    until(lambda: len(admin.list_topics(topic, timeout=5).topics[topic].partitions) == 1, "one")


def more_partitions(broker: Broker) -> None:
    """A topic gets more partitions, which take records; the number is the new total."""
    admin, topic = admin_client(broker), new_topic(broker)
    admin.create_partitions([NewPartitions(topic, 3)])[topic].result(WAIT_S)
    until(lambda: len(admin.list_topics(topic, timeout=5).topics[topic].partitions) == 3, "three")
    found = send(producer_client(broker), topic, b"x", partition=2)[0]
    equal((found.partition(), found.offset()), (2, 0), "place")


def records_deleted(broker: Broker) -> None:
    """Records below an offset are deleted: reading begins there."""
    admin, topic = admin_client(broker), new_topic(broker)
    fill(broker, topic, 5)
    part = TopicPartition(topic, 0, 3)
    found = admin.delete_records([part])[part].result(WAIT_S)
    equal(found.low_watermark, 3, "low watermark")
    equal(values(poll(reader(broker, topic), 2)), "3 4")


def offsets_listed(broker: Broker) -> None:
    """The earliest offset, the latest one, that of a time and of the latest time are listed."""
    admin, topic = admin_client(broker), new_topic(broker)
    base_ms, producer = 1_700_000_000_000, producer_client(broker)
    for time_ms in (base_ms + 1000, base_ms + 9000, base_ms + 5000):
        send(producer, topic, b"x", timestamp=time_ms)
    part, found = TopicPartition(topic, 0), []
    specs = [OffsetSpec.earliest(), OffsetSpec.latest(), OffsetSpec.max_timestamp()]
    for spec in [*specs, OffsetSpec.for_timestamp(base_ms + 2000)]:
        level = IsolationLevel.READ_COMMITTED
        answer = admin.list_offsets({part: spec}, isolation_level=level)
        found.append(answer[part].result(WAIT_S).offset)
    equal(found, [0, 3, 1, 1], "offsets")


def configs_of_a_topic(broker: Broker) -> None:
    """A topic's configs are described with their sources."""
    topic = new_topic(broker, retention_ms="1000000")
    resource = ConfigResource(ResourceType.TOPIC, topic)
    found = admin_client(broker).describe_configs([resource])[resource].result(WAIT_S)
    equal(found["retention.ms"].value, "1000000", "retention.ms")
    source = ConfigSource.DYNAMIC_TOPIC_CONFIG.value
    equal(found["retention.ms"].source, source, "source")
    equal((found["cleanup.policy"].value, found["cleanup.policy"].is_default), ("delete", True))


def configs_of_the_broker(broker: Broker) -> None:
    """A broker's configs are described, with synonyms; nothing sensitive is told."""
    admin = admin_client(broker)
    node = str(admin.describe_cluster().result(WAIT_S).nodes[0].id)
    resource = ConfigResource(ResourceType.BROKER, node)
    found = admin.describe_configs([resource])[resource].result(WAIT_S)
    equal(found["log.segment.bytes"].value, "1073741824", "log.segment.bytes")
    equal([name for name, entry in found.items() if entry.is_sensitive and entry.value], [])
    assert len(found) > 200, len(found)


def configs_altered(broker: Broker) -> None:
    """Configs are set, appended to, and deleted one by one; others stay."""
    admin, topic = admin_client(broker), new_topic(broker, segment_ms="5000000")

    def change(name: str, value: str, kind: AlterConfigOpType) -> None:
        entry = ConfigEntry(name, value, incremental_operation=kind)
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
        admin.incremental_alter_configs([resource])[resource].result(WAIT_S)

    def now() -> list[str]:
        resource = ConfigResource(ResourceType.TOPIC, topic)
        found = admin.describe_configs([resource])[resource].result(WAIT_S)
        return [found[name].value for name in ("retention.ms", "cleanup.policy", "segment.ms")]

    change("retention.ms", "2000000", AlterConfigOpType.SET)
    change("cleanup.policy", "compact", AlterConfigOpType.APPEND)
    until(lambda: now() == ["2000000", "delete,compact", "5000000"], "both are set")
    change("retention.ms", "", AlterConfigOpType.DELETE)
    until(lambda: now() == ["604800000", "delete,compact", "5000000"], "one has its default")


def cluster_described(broker: Broker) -> None:
    """The cluster has an id, a controller, and the broker that we talk to."""
    found = admin_client(broker).describe_cluster().result(WAIT_S)
    nodes = {f"{node.host}:{node.port}" for node in found.nodes}
    assert found.cluster_id, found
    assert broker.bootstrap in nodes, nodes
    assert found.controller.id in [node.id for node in found.nodes], found
    equal(consumer_client(broker).cluster_id(WAIT_S), found.cluster_id, "the consumer's")


def leaders_not_elected_without_need(broker: Broker) -> None:
    """A partition whose preferred replica leads needs no election: ELECTION_NOT_NEEDED."""
    part = TopicPartition(new_topic(broker), 0)
    answer = admin_client(broker).elect_leaders(ElectionType.PREFERRED, [part])
    equal(answer.result(WAIT_S)[part].code(), KafkaError.ELECTION_NOT_NEEDED, "error")


def acls_without_an_authorizer(broker: Broker) -> None:
    """Without an authorizer no ACLs are described: the client drops SECURITY_DISABLED.

    FEATURE: security
    """
    anything: Any = None  # the annotations ask for a str where None stands for any
    pattern = (ResourceType.ANY, anything, ResourcePatternType.ANY, anything, anything)
    wanted = AclBindingFilter(*pattern, AclOperation.ANY, AclPermissionType.ANY)
    equal(admin_client(broker).describe_acls(wanted).result(WAIT_S), [], "bindings")


def scram_user_described(broker: Broker) -> None:
    """A user without SCRAM credentials is RESOURCE_NOT_FOUND.

    FEATURE: security
    """
    with error(KafkaError.RESOURCE_NOT_FOUND):
        answer = admin_client(broker).describe_user_scram_credentials(["nobody"])
        assert isinstance(answer, dict)
        answer["nobody"].result(WAIT_S)

"""The admin client: topics, partitions, configs, records, groups, the cluster."""

from __future__ import annotations

from typing import Any

from aiokafka import TopicPartition
from aiokafka.admin import NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from ..python.scenario import Broker, equal
from .kit import (
    admin_client,
    consumer_client,
    fill,
    new_topic,
    poll,
    producer_client,
    reader,
    until,
    values,
)


async def topic_created_and_deleted(broker: Broker) -> None:
    """A topic that is created is listed and described; deleted it is gone."""
    admin, topic = await admin_client(broker), await new_topic(broker, 3)
    assert topic in await admin.list_topics(), "the topic is not listed"
    described = (await admin.describe_topics([topic]))[0]
    equal(sorted(part["partition"] for part in described["partitions"]), [0, 1, 2], "partitions")
    answer = await admin.delete_topics([topic])
    equal([(name, code) for name, code, *_ in answer.topic_error_codes], [(topic, 0)], "answer")

    async def gone() -> bool:
        return topic not in await admin.list_topics()

    await until(gone, "the topic is gone")


async def topic_only_validated(broker: Broker) -> None:
    """With validate_only a topic is not created."""
    admin, topic = await admin_client(broker), broker.name()
    answer = await admin.create_topics([NewTopic(topic, 1, 1)], validate_only=True)
    equal(answer.topic_errors[0][1], 0, "error")
    assert topic not in await admin.list_topics(), "the topic is there"


async def more_partitions(broker: Broker) -> None:
    """A topic gets more partitions, which take records; the number is the new total."""
    admin, topic = await admin_client(broker), await new_topic(broker)
    await admin.create_partitions({topic: NewPartitions(3)})

    async def three() -> bool:
        return len((await admin.describe_topics([topic]))[0]["partitions"]) == 3

    await until(three, "three partitions")
    place = await (await producer_client(broker)).send_and_wait(topic, b"x", partition=2)
    equal((place.partition, place.offset), (2, 0), "place")


async def records_deleted(broker: Broker) -> None:
    """Records below an offset are deleted: reading begins there."""
    admin, topic = await admin_client(broker), await new_topic(broker)
    await fill(broker, topic, 5)
    part = TopicPartition(topic, 0)
    equal(await admin.delete_records({part: RecordsToDelete(3)}), {part: 3}, "low watermark")
    client = await reader(broker, topic)
    equal(await client.beginning_offsets([part]), {part: 3}, "beginning")
    equal(values(await poll(client, 2)), "3 4")


async def _configs(admin: Any, topic: str) -> dict[str, str]:
    answer = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return {entry[0]: entry[1] for entry in answer[0].resources[0][4]}


async def configs_of_a_topic(broker: Broker) -> None:
    """A topic's configs are described: what it was created with, and the defaults."""
    admin, topic = await admin_client(broker), await new_topic(broker, retention_ms="1000000")
    found = await _configs(admin, topic)
    equal((found["retention.ms"], found["cleanup.policy"]), ("1000000", "delete"), "configs")


async def configs_of_the_broker(broker: Broker) -> None:
    """A broker's configs are described."""
    admin = await admin_client(broker)
    node = str((await admin.describe_cluster())["brokers"][0]["node_id"])
    answer = await admin.describe_configs([ConfigResource(ConfigResourceType.BROKER, node)])
    found = {entry[0]: entry[1] for entry in answer[0].resources[0][4]}
    equal(found["log.segment.bytes"], "1073741824", "log.segment.bytes")
    assert len(found) > 200, len(found)


async def configs_altered(broker: Broker) -> None:
    """AlterConfigs sets what is named and resets the rest."""
    admin, topic = await admin_client(broker), await new_topic(broker, segment_ms="5000000")
    wanted = {"retention.ms": "2000000"}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, wanted)])

    async def altered() -> bool:
        found = await _configs(admin, topic)
        return (found["retention.ms"], found["segment.ms"]) == ("2000000", "604800000")

    await until(altered, "one is set, the other has its default")


async def cluster_described(broker: Broker) -> None:
    """The cluster has an id, a controller, and the broker that we talk to."""
    found = await (await admin_client(broker)).describe_cluster()
    nodes = {f"{node['host']}:{node['port']}" for node in found["brokers"]}
    assert broker.bootstrap in nodes, nodes
    assert found["cluster_id"], found
    assert found["controller_id"] in [node["node_id"] for node in found["brokers"]], found


async def groups_listed_and_described(broker: Broker) -> None:
    """A group is listed, and described with its state, its assignor and its members."""
    topic, group = await new_topic(broker, 2), broker.name("group")
    client = await consumer_client(broker, topic, group_id=group)
    await until(client.assignment, "an assignment")
    admin = await admin_client(broker)
    assert (group, "consumer") in await admin.list_consumer_groups(), "the group is not listed"
    answer = await admin.describe_consumer_groups([group])
    error, name, state, kind, assignor, members = answer[0].groups[0][:6]
    equal((error, name, state, kind), (0, group, "Stable", "consumer"), "group")
    equal((assignor, len(members)), ("roundrobin", 1), "assignor and members")


async def coordinator_found(broker: Broker) -> None:
    """The coordinator of a group is a broker of the cluster."""
    admin = await admin_client(broker)
    nodes = [node["node_id"] for node in (await admin.describe_cluster())["brokers"]]
    assert await admin.find_coordinator(broker.name("group")) in nodes


async def offsets_of_a_group_that_has_none(broker: Broker) -> None:
    """A group without commits has no offsets."""
    admin = await admin_client(broker)
    equal(await admin.list_consumer_group_offsets(broker.name("group")), {}, "offsets")

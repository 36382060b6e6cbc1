"""Clients over a restart of the broker."""

from __future__ import annotations

from confluent_kafka import TopicCollection, TopicPartition

from ..python.scenario import Broker, equal, until
from .kit import admin_client, fill, member, new_topic, poll, producer_client, reader, send, values

ALONE = True
WAIT_S = 30
_QUICK = {"reconnect_backoff_max_ms": 500}


def producer_over_a_restart(broker: Broker) -> None:
    """An idempotent producer goes on after a restart: nothing is lost and nothing is doubled."""
    broker.needs_restart()
    topic = new_topic(broker)
    producer = producer_client(broker, enable_idempotence=True, **_QUICK)
    send(producer, topic, b"0", b"1", b"2")
    broker.restart()
    send(producer, topic, b"3", b"4")
    equal(values(poll(reader(broker, topic), 5)), "0 1 2 3 4")


def consumer_over_a_restart(broker: Broker) -> None:
    """A consumer goes on after a restart with the next record."""
    broker.needs_restart()
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = reader(broker, topic, **_QUICK)
    poll(client, 3)
    broker.restart()
    fill(broker, topic, 2)
    equal([message.offset() for message in poll(client, 2)], [3, 4], "offsets")


def group_over_a_restart(broker: Broker) -> None:
    """A group keeps its commits, and its member joins again while the coordinator comes up."""
    broker.needs_restart()
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 3)
    client = member(broker, topic, group, **_QUICK)
    client.commit(message=poll(client, 3)[-1], asynchronous=False)
    broker.restart()
    fill(broker, topic, 1)
    client.commit(message=poll(client, 1)[0], asynchronous=False)
    part = TopicPartition(topic, 0)
    until(lambda: client.committed([part], timeout=WAIT_S)[0].offset == 4, "a commit of 4")


def topics_over_a_restart(broker: Broker) -> None:
    """Topics keep their ids and the cluster its id over a restart."""
    broker.needs_restart()
    topic = new_topic(broker, 2)

    def facts() -> tuple[str, str]:
        admin, asked = admin_client(broker), TopicCollection([topic])
        found = admin.describe_topics(asked)[topic].result(WAIT_S)
        return str(found.topic_id), admin.describe_cluster().result(WAIT_S).cluster_id

    before = facts()
    broker.restart()
    equal(facts(), before, "ids")

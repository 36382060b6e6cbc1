"""Clients over a restart of the broker."""

from __future__ import annotations

from kafka import TopicPartition

from ..python.scenario import Broker, equal, until
from .kit import (
    admin_client,
    consumer_client,
    fill,
    new_topic,
    poll,
    producer_client,
    reader,
    values,
)

ALONE = True
WAIT_S = 30


def producer_over_a_restart(broker: Broker) -> None:
    """An idempotent producer goes on after a restart: nothing is lost and nothing is doubled."""
    broker.needs_restart()
    topic = new_topic(broker)
    producer = producer_client(broker, reconnect_backoff_max_ms=500)
    for number in range(5):
        producer.send(topic, str(number).encode()).get(WAIT_S)
    broker.restart()
    for number in range(5, 10):
        producer.send(topic, str(number).encode()).get(WAIT_S)
    equal(values(poll(reader(broker, topic), 10)), "0 1 2 3 4 5 6 7 8 9")


def consumer_over_a_restart(broker: Broker) -> None:
    """A consumer goes on after a restart with the next record."""
    broker.needs_restart()
    topic = new_topic(broker)
    fill(broker, topic, 3)
    client = reader(broker, topic, reconnect_backoff_max_ms=500)
    poll(client, 3)
    broker.restart()
    fill(broker, topic, 2)
    equal([record.offset for record in poll(client, 2)], [3, 4], "offsets")


def group_over_a_restart(broker: Broker) -> None:
    """A group keeps its commits, and its member joins again while the coordinator comes up."""
    broker.needs_restart()
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 3)
    client = consumer_client(broker, topic, group_id=group, reconnect_backoff_max_ms=500)
    poll(client, 3)
    client.commit()
    broker.restart()
    fill(broker, topic, 1)
    equal(values(poll(client, 1)), "0")
    client.commit()
    until(lambda: client.committed(TopicPartition(topic, 0)) == 4, "a commit of 4")


def topics_over_a_restart(broker: Broker) -> None:
    """Topics keep their ids and the cluster its id over a restart."""
    broker.needs_restart()
    topic, admin = new_topic(broker, 2), admin_client(broker)

    def facts() -> tuple[object, object]:
        client = admin_client(broker)
        return (
            client.describe_topics([topic])[0]["topic_id"],
            client.describe_cluster()["cluster_id"],
        )

    before = facts()
    admin.close()
    broker.restart()
    equal(facts(), before, "ids")

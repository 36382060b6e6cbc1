"""Transactions: what their readers see, fencing, offsets."""

from __future__ import annotations

from kafka import KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.errors import InvalidProducerEpochError, ProducerFencedError

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


def _begun(broker: Broker, transactional_id: str = "") -> KafkaProducer:
    name = transactional_id or broker.name("transaction")
    producer = producer_client(broker, transactional_id=name)
    producer.init_transactions()
    producer.begin_transaction()
    return producer


def transaction_committed(broker: Broker) -> None:
    """The records of a committed transaction are read with read_committed.

    FEATURE: transactions
    """
    topic = new_topic(broker)
    producer = _begun(broker)
    for value in (b"a", b"b"):
        producer.send(topic, value)
    producer.commit_transaction()
    equal(values(poll(reader(broker, topic, isolation_level="read_committed"), 2)), "a b")


def transaction_aborted(broker: Broker) -> None:
    """The records of an aborted transaction are not read with read_committed, but without it.

    FEATURE: transactions
    """
    topic = new_topic(broker)
    producer = _begun(broker)
    producer.send(topic, b"gone").get(WAIT_S)
    producer.abort_transaction()
    fill(broker, topic, 1)
    equal(values(poll(reader(broker, topic, isolation_level="read_committed"), 1)), "0")
    equal(values(poll(reader(broker, topic), 2)), "gone 0")


def transaction_open(broker: Broker) -> None:
    """An open transaction holds back what follows it, until it is committed.

    FEATURE: transactions
    """
    topic = new_topic(broker)
    producer = _begun(broker)
    producer.send(topic, b"first").get(WAIT_S)
    fill(broker, topic, 1)
    client = reader(broker, topic, isolation_level="read_committed")
    part = TopicPartition(topic, 0)
    equal(client.end_offsets([part]), {part: 0}, "last stable offset")
    equal(client.poll(500), {}, "records")
    producer.commit_transaction()
    equal(values(poll(client, 2)), "first 0")


def transaction_over_several_partitions(broker: Broker) -> None:
    """A transaction is committed in all of its partitions; each marker takes an offset.

    FEATURE: transactions
    """
    topic = new_topic(broker, 3)
    producer = _begun(broker)
    for number in range(3):
        producer.send(topic, str(number).encode(), partition=number)
    producer.commit_transaction()
    client = reader(broker, topic, 3, isolation_level="read_committed")
    equal(sorted(record.value for record in poll(client, 3)), [b"0", b"1", b"2"], "values")
    parts = [TopicPartition(topic, number) for number in range(3)]
    equal(set(client.end_offsets(parts).values()), {2}, "ends")


def transaction_of_a_fenced_producer(broker: Broker) -> None:
    """A producer is fenced by a newer one with the same transactional id.

    FEATURE: transactions
    """
    topic, name = new_topic(broker), broker.name("transaction")
    old = _begun(broker, name)
    old.send(topic, b"old").get(WAIT_S)
    new = _begun(broker, name)
    with refused(ProducerFencedError, InvalidProducerEpochError):
        old.send(topic, b"late").get(WAIT_S)
        old.commit_transaction()
    new.send(topic, b"new")
    new.commit_transaction()
    equal(values(poll(reader(broker, topic, isolation_level="read_committed"), 1)), "new")


def transaction_with_offsets(broker: Broker) -> None:
    """Offsets sent to a transaction are committed with it.

    FEATURE: transactions
    """
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 3)
    client = consumer_client(broker, topic, group_id=group)
    poll(client, 3)
    producer = _begun(broker)
    part = TopicPartition(topic, 0)
    offsets = {part: OffsetAndMetadata(3, "", -1)}
    producer.send_offsets_to_transaction(offsets, client.group_metadata())
    producer.commit_transaction()
    until(lambda: client.committed(part) == 3, "a commit of 3")


def transaction_aborted_with_offsets(broker: Broker) -> None:
    """Offsets sent to a transaction that is aborted are dropped.

    FEATURE: transactions
    """
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 3)
    client = consumer_client(broker, topic, group_id=group)
    poll(client, 3)
    producer = _begun(broker)
    part = TopicPartition(topic, 0)
    producer.send_offsets_to_transaction({part: OffsetAndMetadata(3)}, client.group_metadata())
    producer.abort_transaction()
    equal(client.committed(part), None, "committed")


def transactions_described(broker: Broker) -> None:
    """An open transaction is listed and described with its partitions, and can be aborted.

    FEATURE: transactions
    """
    topic, name = new_topic(broker), broker.name("transaction")
    producer = _begun(broker, name)
    producer.send(topic, b"x").get(WAIT_S)
    admin = admin_client(broker)
    listings = [entry for each in admin.list_transactions().values() for entry in each]
    listed = {entry.transactional_id: entry for entry in listings}
    equal(listed[name].state.value, "Ongoing", "state")
    described = admin.describe_transactions([name])[name]
    equal(described.topic_partitions, {TopicPartition(topic, 0)}, "partitions")
    states = admin.describe_producers([TopicPartition(topic, 0)])[TopicPartition(topic, 0)]
    found = [state.producer_id for state in states.active_producers]
    equal(found, [described.producer_id], "producer ids")
    producer.abort_transaction()
    until(
        lambda: admin.describe_transactions([name])[name].state.value == "CompleteAbort",
        "the transaction is aborted",
    )

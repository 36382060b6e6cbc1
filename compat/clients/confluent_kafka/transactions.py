"""Transactions: what their readers see, fencing, offsets."""

from __future__ import annotations

from confluent_kafka import KafkaError, KafkaException, Producer, TopicPartition

from ..python.scenario import Broker, equal
from .kit import (
    WAIT_S,
    consumer_client,
    fill,
    member,
    new_topic,
    poll,
    producer_client,
    reader,
    send,
    values,
)


def _begun(broker: Broker, transactional_id: str = "") -> Producer:
    producer = producer_client(
        broker, transactional_id=transactional_id or broker.name("transaction")
    )
    producer.init_transactions(WAIT_S)
    producer.begin_transaction()
    return producer


def transaction_committed(broker: Broker) -> None:
    """The records of a committed transaction are read with read_committed.

    FEATURE: transactions
    """
    topic = new_topic(broker)
    producer = _begun(broker)
    producer.produce(topic, b"a")
    producer.produce(topic, b"b")
    producer.commit_transaction(WAIT_S)
    equal(values(poll(reader(broker, topic, isolation_level="read_committed"), 2)), "a b")


def transaction_aborted(broker: Broker) -> None:
    """The records of an aborted transaction are not read with read_committed, but without it.

    FEATURE: transactions
    """
    topic = new_topic(broker)
    producer = _begun(broker)
    send(producer, topic, b"gone")
    producer.abort_transaction(WAIT_S)
    fill(broker, topic, 1)
    equal(values(poll(reader(broker, topic, isolation_level="read_committed"), 1)), "0")
    client = reader(broker, topic, isolation_level="read_uncommitted")
    equal(values(poll(client, 2)), "gone 0")


def transaction_open(broker: Broker) -> None:
    """An open transaction holds back what follows it, until it is committed.

    FEATURE: transactions
    """
    topic = new_topic(broker)
    producer = _begun(broker)
    send(producer, topic, b"first")
    fill(broker, topic, 1)
    client = reader(broker, topic, isolation_level="read_committed")
    equal(client.poll(0.5), None, "records")
    producer.commit_transaction(WAIT_S)
    equal(values(poll(client, 2)), "first 0")


def transaction_of_a_fenced_producer(broker: Broker) -> None:
    """A producer is fenced by a newer one with the same transactional id: a fatal error.

    FEATURE: transactions
    """
    topic, name = new_topic(broker), broker.name("transaction")
    old = _begun(broker, name)
    send(old, topic, b"old")
    new = _begun(broker, name)
    codes = (KafkaError._FENCED, KafkaError.PRODUCER_FENCED, KafkaError.INVALID_PRODUCER_EPOCH)
    fenced = None
    try:
        old.commit_transaction(WAIT_S)
    except KafkaException as raised:
        fenced = raised.args[0]
    assert fenced is not None, "the old producer committed"
    assert fenced.fatal(), fenced
    assert fenced.code() in codes, fenced
    send(new, topic, b"new")
    new.commit_transaction(WAIT_S)
    equal(values(poll(reader(broker, topic, isolation_level="read_committed"), 1)), "new")


def transaction_with_offsets(broker: Broker) -> None:
    """Offsets sent to a transaction are committed with it; those of an aborted one are dropped.

    FEATURE: transactions
    """
    topic, group = new_topic(broker), broker.name("group")
    fill(broker, topic, 3)
    client = member(broker, topic, group)
    poll(client, 3)
    producer = _begun(broker)
    for offset, end in ((2, producer.commit_transaction), (3, producer.abort_transaction)):
        offsets = [TopicPartition(topic, 0, offset)]
        metadata = client.consumer_group_metadata()
        producer.send_offsets_to_transaction(offsets, metadata, WAIT_S)
        end(WAIT_S)
        if offset == 2:
            producer.begin_transaction()
    found = consumer_client(broker, group).committed([TopicPartition(topic, 0)], timeout=WAIT_S)
    equal(found[0].offset, 2, "committed")

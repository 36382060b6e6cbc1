"""Transactions: what their readers see, fencing, offsets."""

from __future__ import annotations

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import ProducerFenced

from ..python.scenario import Broker, equal, refused
from .kit import consumer_client, fill, new_topic, poll, producer_client, reader, values


async def _begun(broker: Broker, transactional_id: str = "") -> AIOKafkaProducer:
    name = transactional_id or broker.name("transaction")
    producer = await producer_client(broker, transactional_id=name)
    await producer.begin_transaction()
    return producer


async def transaction_committed(broker: Broker) -> None:
    """The records of a committed transaction are read with read_committed.

    FEATURE: transactions
    """
    topic = await new_topic(broker)
    producer = await producer_client(broker, transactional_id=broker.name("transaction"))
    async with producer.transaction():
        await producer.send(topic, b"a")
        await producer.send(topic, b"b")
    client = await reader(broker, topic, isolation_level="read_committed")
    equal(values(await poll(client, 2)), "a b")


async def transaction_aborted(broker: Broker) -> None:
    """The records of an aborted transaction are not read with read_committed, but without it.

    FEATURE: transactions
    """
    topic = await new_topic(broker)
    producer = await _begun(broker)
    await producer.send_and_wait(topic, b"gone")
    await producer.abort_transaction()
    await fill(broker, topic, 1)
    client = await reader(broker, topic, isolation_level="read_committed")
    equal(values(await poll(client, 1)), "0")
    equal(values(await poll(await reader(broker, topic), 2)), "gone 0")


async def transaction_open(broker: Broker) -> None:
    """An open transaction holds back what follows it, until it is committed.

    FEATURE: transactions
    """
    topic = await new_topic(broker)
    producer = await _begun(broker)
    await producer.send_and_wait(topic, b"first")
    await fill(broker, topic, 1)
    client = await reader(broker, topic, isolation_level="read_committed")
    equal(await client.getmany(timeout_ms=500), {}, "records")
    await producer.commit_transaction()
    equal(values(await poll(client, 2)), "first 0")


async def transaction_of_a_fenced_producer(broker: Broker) -> None:
    """A producer is fenced by a newer one with the same transactional id.

    FEATURE: transactions
    """
    topic, name = await new_topic(broker), broker.name("transaction")
    old = await _begun(broker, name)
    await old.send_and_wait(topic, b"old")
    new = await _begun(broker, name)
    with refused(ProducerFenced):
        await old.send_and_wait(topic, b"late")
    await new.send_and_wait(topic, b"new")
    await new.commit_transaction()
    client = await reader(broker, topic, isolation_level="read_committed")
    equal(values(await poll(client, 1)), "new")


async def transaction_with_offsets(broker: Broker) -> None:
    """Offsets sent to a transaction are committed with it; those of an aborted one are dropped.

    FEATURE: transactions
    """
    topic, group = await new_topic(broker), broker.name("group")
    part, producer = TopicPartition(topic, 0), await _begun(broker)
    await producer.send_offsets_to_transaction({part: 3}, group)
    await producer.commit_transaction()
    await producer.begin_transaction()
    await producer.send_offsets_to_transaction({part: 5}, group)
    await producer.abort_transaction()
    client = await consumer_client(broker, group_id=group)
    client.assign([part])
    equal(await client.committed(part), 3, "committed")

"""Clients over a restart of the broker."""

from __future__ import annotations

import asyncio

from aiokafka import TopicPartition

from ..python.scenario import RESTART_LIMIT_S, Broker, equal
from .kit import consumer_client, fill, new_topic, poll, producer_client, reader, until, values

ALONE = True


async def _restart(broker: Broker) -> None:
    await asyncio.wait_for(asyncio.to_thread(broker.restart), RESTART_LIMIT_S)


async def producer_over_a_restart(broker: Broker) -> None:
    """An idempotent producer goes on after a restart: nothing is lost and nothing is doubled."""
    broker.needs_restart()
    topic = await new_topic(broker)
    producer = await producer_client(broker, enable_idempotence=True)
    for number in range(5):
        await producer.send_and_wait(topic, str(number).encode())
    await _restart(broker)
    for number in range(5, 10):
        await producer.send_and_wait(topic, str(number).encode())
    equal(values(await poll(await reader(broker, topic), 10)), "0 1 2 3 4 5 6 7 8 9")


async def consumer_over_a_restart(broker: Broker) -> None:
    """A consumer goes on after a restart with the next record."""
    broker.needs_restart()
    topic = await new_topic(broker)
    await fill(broker, topic, 3)
    client = await reader(broker, topic)
    await poll(client, 3)
    await _restart(broker)
    await fill(broker, topic, 2)
    equal([record.offset for record in await poll(client, 2)], [3, 4], "offsets")


async def group_over_a_restart(broker: Broker) -> None:
    """A group keeps its commits, and its member joins again while the coordinator comes up."""
    broker.needs_restart()
    topic, group = await new_topic(broker), broker.name("group")
    await fill(broker, topic, 3)
    client = await consumer_client(broker, topic, group_id=group)
    await poll(client, 3)
    await client.commit()
    await _restart(broker)
    await fill(broker, topic, 1)
    equal(values(await poll(client, 1)), "0")
    await client.commit()
    part = TopicPartition(topic, 0)

    async def committed() -> bool:
        return bool(await client.committed(part) == 4)

    await until(committed, "a commit of 4")

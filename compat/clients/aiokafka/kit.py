"""What the scenarios share: started clients, topics, records.

The clients are not stopped: each scenario has a process of its own, which ends with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from ..python.scenario import LIMIT_S, Broker

_POLL_S = 0.02


async def until(condition: Callable[[], Any], what: str, seconds: float = LIMIT_S - 2) -> None:
    """Ask again until it is so; `condition` may return something to await."""
    end = asyncio.get_running_loop().time() + seconds
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        if asyncio.get_running_loop().time() > end:
            raise AssertionError(f"{what} did not come true in {seconds:.0f} s")
        await asyncio.sleep(_POLL_S)


async def admin_client(broker: Broker) -> AIOKafkaAdminClient:
    client = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await client.start()
    return client


async def new_topic(broker: Broker, partitions: int = 1, **configs: str) -> str:
    """A topic of one replica that is ready; a config's dots are underscores here."""
    name, admin = broker.name(), await admin_client(broker)
    wanted = {key.replace("_", "."): value for key, value in configs.items()}
    answer = await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=wanted)])
    assert answer.topic_errors[0][1] == 0, answer

    async def ready() -> bool:
        found = (await admin.describe_topics([name]))[0]
        leaders = [part["leader"] for part in found["partitions"]]
        return len(leaders) == partitions and min(leaders) >= 0

    await until(ready, "the topic is ready")
    return name


async def producer_client(broker: Broker, **settings: Any) -> AIOKafkaProducer:
    client = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, **settings)
    await client.start()
    return client


async def consumer_client(broker: Broker, *topics: str, **settings: Any) -> AIOKafkaConsumer:
    """From the beginning unless the settings say otherwise, with quick heartbeats."""
    settings = {
        "auto_offset_reset": "earliest",
        "enable_auto_commit": False,
        "heartbeat_interval_ms": 200,
        "session_timeout_ms": 6000,
        "fetch_max_wait_ms": 200,
        **settings,
    }
    client = AIOKafkaConsumer(*topics, bootstrap_servers=broker.bootstrap, **settings)
    await client.start()
    return client


async def reader(
    broker: Broker, topic: str, partitions: int = 1, **settings: Any
) -> AIOKafkaConsumer:
    """A consumer without a group that is assigned all partitions."""
    client = await consumer_client(broker, **settings)
    client.assign([TopicPartition(topic, number) for number in range(partitions)])
    return client


async def fill(broker: Broker, topic: str, count: int, **send: Any) -> list[Any]:
    """Records "0", "1", …; returns where they went."""
    producer = await producer_client(broker)
    futures = [await producer.send(topic, str(number).encode(), **send) for number in range(count)]
    return [await future for future in futures]


async def poll(client: AIOKafkaConsumer, count: int) -> list[Any]:
    """The next records, `count` of them."""
    found: list[Any] = []
    while len(found) < count:
        for records in (await client.getmany(timeout_ms=200)).values():
            found.extend(records)
    return found


def values(records: list[Any]) -> str:
    return " ".join(record.value.decode() for record in records)

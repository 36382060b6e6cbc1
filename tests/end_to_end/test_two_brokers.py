"""Two brokers in one process, on one loop: no state is shared, both serve, one may stop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from wirekafka.broker import Broker
from wirekafka.config.parse import load

WAIT_SECONDS = 20
COUNT = 500


def make(directory: Path) -> Broker:
    return Broker(load(assignments=[f"log.dirs={directory}", "listeners=PLAINTEXT://127.0.0.1:0"]))


def bootstrap(broker: Broker) -> str:
    ((host, port),) = broker.addresses
    return f"{host}:{port}"


def use(address: str, text: str) -> list[bytes]:
    """Make a topic, produce, commit, read back. Blocks: for a thread."""
    client: dict[str, Any] = {"bootstrap.servers": address, "log_level": 0}
    admin = AdminClient(client)
    admin.create_topics([NewTopic("same-name", 2, 1)])["same-name"].result(WAIT_SECONDS)
    producer = Producer(client | {"enable.idempotence": True})
    for number in range(COUNT):
        producer.produce("same-name", f"{text}{number}".encode(), partition=0)
    assert producer.flush(WAIT_SECONDS) == 0
    consumer = Consumer(client | {"group.id": "same-group", "enable.auto.commit": False})
    consumer.assign([TopicPartition("same-name", 0, 0)])
    values: list[bytes] = []
    while len(values) < COUNT:
        batch = consumer.consume(COUNT - len(values), WAIT_SECONDS)
        assert batch
        values += [message.value() for message in batch]
    consumer.commit(offsets=[TopicPartition("same-name", 0, COUNT)], asynchronous=False)
    consumer.close()
    return values


def list_topics(address: str) -> set[str]:
    admin = AdminClient({"bootstrap.servers": address, "log_level": 0})
    return set(admin.list_topics(timeout=WAIT_SECONDS).topics)


def test_two_brokers_in_one_process_serve_side_by_side(tmp_path: Path) -> None:
    async def main() -> None:
        first, second = make(tmp_path / "first"), make(tmp_path / "second")
        await asyncio.gather(first.start(), second.start())
        try:
            assert first.cluster_id != second.cluster_id
            found = await asyncio.gather(
                asyncio.to_thread(use, bootstrap(first), "one-"),
                asyncio.to_thread(use, bootstrap(second), "two-"),
            )
            for values, text in zip(found, ("one-", "two-"), strict=True):
                assert values == [f"{text}{number}".encode() for number in range(COUNT)]
            await first.stop()
            assert "same-name" in await asyncio.to_thread(list_topics, bootstrap(second))
            again = make(tmp_path / "first")
            await again.start()
            assert "same-name" in await asyncio.to_thread(list_topics, bootstrap(again))
            await again.stop()
        finally:
            await second.stop()

    asyncio.run(main())

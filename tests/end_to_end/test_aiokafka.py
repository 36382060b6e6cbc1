"""aiokafka, unchanged, against a broker on loopback."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

WAIT_SECONDS = 20


@pytest.mark.parametrize("compression", [None, "gzip", "snappy", "lz4", "zstd"])
def test_produced_records_are_consumed_as_they_were(broker: Any, compression: str | None) -> None:
    topic = f"aiokafka-{uuid.uuid4().hex[:12]}"

    async def scenario() -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=broker.bootstrap,
            compression_type=compression,
            enable_idempotence=True,
        )
        await producer.start()
        sent = [
            await producer.send(topic, str(number).encode(), key=b"k", headers=[("h", b"v")])
            for number in range(1000)
        ]
        offsets = [(await future).offset for future in sent]
        await producer.stop()
        assert offsets == list(range(1000))
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=broker.bootstrap,
            group_id=f"group-{uuid.uuid4().hex}",
            auto_offset_reset="earliest",
        )
        await consumer.start()
        found: list[Any] = []
        async with asyncio.timeout(WAIT_SECONDS):
            while len(found) < 1000:
                for records in (await consumer.getmany(timeout_ms=1000)).values():
                    found.extend(records)
        await consumer.commit()
        await consumer.stop()
        assert [record.value for record in found] == [str(n).encode() for n in range(1000)]
        assert all(record.headers == (("h", b"v"),) for record in found)

    asyncio.run(scenario())

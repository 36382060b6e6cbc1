"""The loop with aiokafka. It cannot name its generation when it sends offsets (KIP-447), so each
client has partitions of its own, and only its transactional id keeps an earlier life out.

Usage: python -m simulating.transactions.aiokafka_loop ADDRESS CLIENT LIFE JOURNAL
CLIENT ends in -<number>, which says which partitions are its own.
"""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from simulating.transactions.events import Journal
from simulating.transactions.looping import (
    ABORTED_SHARE,
    CALL_LIMIT_S,
    GROUP,
    IN_DOUBT,
    MOST_RECORDS,
    PARTITIONS,
    SOURCE,
    TRANSACTION_TIMEOUT_MS,
    copies,
)

CLIENTS = 2


async def run(address: str, client: str, life: str, path: Path) -> None:
    """Forever; KafkaError when it has to start again."""
    journal = Journal(path, client, life)
    rng = random.Random(f"{client}.{life}")
    producer = AIOKafkaProducer(
        bootstrap_servers=address,
        transactional_id=client,
        transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
        retry_backoff_ms=20,
    )
    await asyncio.wait_for(producer.start(), CALL_LIMIT_S)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=address,
        group_id=GROUP,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        fetch_max_wait_ms=100,
        retry_backoff_ms=20,
    )
    await asyncio.wait_for(consumer.start(), CALL_LIMIT_S)
    first = int(client.rpartition("-")[2])
    places = [TopicPartition(SOURCE, number) for number in range(first, PARTITIONS, CLIENTS)]
    consumer.assign(places)
    await _rewind(consumer, places)
    while True:
        found = await consumer.getmany(timeout_ms=100, max_records=rng.randint(1, MOST_RECORDS))
        if not found:
            continue
        journal.begin()
        await producer.begin_transaction()
        records = [
            copy
            for place, messages in found.items()
            for message in messages
            for copy in copies(place.partition, message.value.decode())
        ]
        journal.produce(records)
        key = journal.transaction.encode()
        for topic, partition, value in records:
            await producer.send(topic, value.encode(), key, partition)
        ends = {place: messages[-1].offset + 1 for place, messages in found.items()}
        journal.offsets({place.partition: end for place, end in ends.items()})
        await asyncio.wait_for(producer.send_offsets_to_transaction(ends, GROUP), CALL_LIMIT_S)
        if rng.random() < ABORTED_SHARE:
            journal.write("aborting")
            await asyncio.wait_for(producer.abort_transaction(), CALL_LIMIT_S)
            journal.write("aborted")
            await _rewind(consumer, places)
        else:
            journal.write("committing")
            await asyncio.wait_for(producer.commit_transaction(), CALL_LIMIT_S)
            journal.write("committed")


async def _rewind(consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> None:
    for place in places:
        committed = await asyncio.wait_for(consumer.committed(place), CALL_LIMIT_S)
        consumer.seek(place, committed or 0)


if __name__ == "__main__":
    try:
        asyncio.run(run(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])))
    except (KafkaError, TimeoutError) as error:
        sys.stderr.write(f"{error!r}\n")
        sys.exit(IN_DOUBT)

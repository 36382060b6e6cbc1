"""A consumer of a group as a process, so that a test can kill it.

    python group_member.py CLIENT BOOTSTRAP TOPIC GROUP

Prints "partition offset key-value-ok" for each record, after committing what came before it.
"""

from __future__ import annotations

import asyncio
import sys
import warnings

SESSION_MS = 6000  # the least that Kafka allows: a killed member is missed after that


def say(partition: int, offset: int, key: bytes, value: bytes) -> None:
    number = key.removeprefix(b"key-")
    good = value == b"value-" + number
    sys.stdout.write(f"{partition} {offset} {number.decode()} {good}\n")


def kafka_python(bootstrap: str, topic: str, group: str) -> None:
    warnings.simplefilter("ignore")
    from kafka import KafkaConsumer

    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=SESSION_MS,
        heartbeat_interval_ms=500,
        max_poll_records=500,
    )
    while True:
        found = consumer.poll(timeout_ms=500)
        for records in found.values():
            for record in records:
                say(record.partition, record.offset, record.key, record.value)
        sys.stdout.flush()
        if found:
            consumer.commit()


def confluent_kafka(bootstrap: str, topic: str, group: str) -> None:
    from confluent_kafka import Consumer, KafkaException

    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": SESSION_MS,
            "heartbeat.interval.ms": 500,
        }
    )
    consumer.subscribe([topic])
    while True:
        found = consumer.consume(500, 0.5)
        for message in found:
            assert message.error() is None, message.error()
            say(message.partition(), message.offset(), message.key(), message.value())
        sys.stdout.flush()
        if found:
            try:
                consumer.commit(asynchronous=False)
            except KafkaException as error:  # a rebalance is under way; the records come again
                sys.stderr.write(f"{error}\n")


def aiokafka(bootstrap: str, topic: str, group: str) -> None:
    from aiokafka import AIOKafkaConsumer
    from aiokafka.errors import CommitFailedError

    async def consume() -> None:
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=bootstrap,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=500,
            max_poll_records=500,
        )
        await consumer.start()
        while True:
            found = await consumer.getmany(timeout_ms=500)
            for records in found.values():
                for record in records:
                    say(record.partition, record.offset, record.key, record.value)
            sys.stdout.flush()
            if found:
                try:
                    await consumer.commit()
                except CommitFailedError as error:
                    sys.stderr.write(f"{error}\n")

    asyncio.run(consume())


if __name__ == "__main__":
    {"kafka-python": kafka_python, "confluent-kafka": confluent_kafka, "aiokafka": aiokafka}[
        sys.argv[1]
    ](*sys.argv[2:])

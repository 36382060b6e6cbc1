"""One client as a program: lists, produces ten records and consumes them, with no setting but the
address: round_trip.py CLIENT BOOTSTRAP TOPIC.

Prints the brokers that it was told and what it read, as JSON. A program, so that it can run in
another network name space.
"""

from __future__ import annotations

import asyncio
import json
import sys
import warnings

RECORDS = [b"%d" % number for number in range(10)]
WAIT_S = 20


def kafka_python(bootstrap: str, topic: str) -> tuple[list[str], list[bytes]]:
    from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    brokers = admin.describe_cluster()["brokers"]
    admin.list_topics()
    admin.close()
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for record in RECORDS:
        producer.send(topic, record, partition=0).get(WAIT_S)
    producer.close()
    consumer = KafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=topic, auto_offset_reset="earliest"
    )
    read = [message.value for _, message in zip(RECORDS, consumer, strict=False)]
    consumer.close()
    return [f"{broker['host']}:{broker['port']}" for broker in brokers], read


def confluent_kafka(bootstrap: str, topic: str) -> tuple[list[str], list[bytes]]:
    from confluent_kafka import Consumer, Producer

    producer = Producer({"bootstrap.servers": bootstrap})
    listed = producer.list_topics(timeout=WAIT_S).brokers.values()
    for record in RECORDS:
        producer.produce(topic, record)
    assert producer.flush(WAIT_S) == 0
    settings = {"bootstrap.servers": bootstrap, "group.id": topic, "auto.offset.reset": "earliest"}
    consumer = Consumer(settings)
    consumer.subscribe([topic])
    read = [message.value() for message in consumer.consume(len(RECORDS), WAIT_S)]
    consumer.close()
    return [f"{broker.host}:{broker.port}" for broker in listed], read


def aiokafka(bootstrap: str, topic: str) -> tuple[list[str], list[bytes]]:
    return asyncio.run(_aiokafka(bootstrap, topic))


async def _aiokafka(bootstrap: str, topic: str) -> tuple[list[str], list[bytes]]:
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        brokers = producer.client.cluster.brokers()
        for record in RECORDS:
            await producer.send_and_wait(topic, record)
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=topic, auto_offset_reset="earliest"
    )
    async with consumer, asyncio.timeout(WAIT_S):
        await consumer.topics()
        read = [(await consumer.getone()).value for _ in RECORDS]
    return [f"{broker.host}:{broker.port}" for broker in brokers], read


CLIENTS = {one.__name__: one for one in (kafka_python, confluent_kafka, aiokafka)}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    name, address, topic_name = sys.argv[1:]
    told, values = CLIENTS[name](address, topic_name)
    json.dump({"told": told, "read": [value.decode() for value in values]}, sys.stdout)

"""What the scenarios share: clients, topics, records.

Errors that librdkafka tells by a message or a callback are raised as KafkaException.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from ..python.scenario import Broker, until

WAIT_S = 10
_kept: list[AdminClient] = []  # one that nobody holds is closed, and drops its requests


def admin_client(broker: Broker) -> AdminClient:
    client = AdminClient({"bootstrap.servers": broker.bootstrap})
    _kept.append(client)
    return client


def new_topic(broker: Broker, partitions: int = 1, **configs: str) -> str:
    """A topic of one replica that is ready; a config's dots are underscores here."""
    name, admin = broker.name(), admin_client(broker)
    wanted = {key.replace("_", "."): value for key, value in configs.items()}
    admin.create_topics([NewTopic(name, partitions, 1, config=wanted)])[name].result(WAIT_S)

    def ready() -> bool:
        parts = admin.list_topics(name, timeout=WAIT_S).topics[name].partitions.values()
        return len(parts) == partitions and all(part.leader >= 0 for part in parts)

    until(ready, "the topic is ready")
    return name


def producer_client(broker: Broker, **settings: Any) -> Producer:
    """A setting's dots are underscores here."""
    named = {key.replace("_", "."): value for key, value in settings.items()}
    return Producer({"bootstrap.servers": broker.bootstrap, "linger.ms": 0, **named})


def send(producer: Producer, topic: str, *values: bytes | None, **more: Any) -> list[Message]:
    """Produce and wait; returns the messages as they were delivered, in that order."""
    done: list[Message] = []
    errors: list[Any] = []

    def delivered(error: Any, message: Message) -> None:
        if error is None:
            done.append(message)
        else:
            errors.append(error)

    for value in values:
        producer.produce(topic, value, on_delivery=delivered, **more)
    producer.flush(WAIT_S)
    if errors:
        raise KafkaException(errors[0])
    if len(done) < len(values):
        raise AssertionError(f"{len(done)} of {len(values)} records were delivered")
    return done


def fill(broker: Broker, topic: str, count: int, **more: Any) -> list[Message]:
    """Records "0", "1", …; returns them as they were delivered."""
    return send(producer_client(broker), topic, *(str(n).encode() for n in range(count)), **more)


def consumer_client(broker: Broker, group: str = "", **settings: Any) -> Consumer:
    """From the beginning unless the settings say otherwise; dots are underscores here."""
    named = {
        key if key == "on_commit" else key.replace("_", "."): value
        for key, value in settings.items()
    }
    classic = {"session.timeout.ms": 6000, "heartbeat.interval.ms": 200}
    if named.get("group.protocol") == "consumer":
        classic = {}  # these are the broker's to say in the new protocol
    defaults = {
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "fetch.wait.max.ms": 200,
    }
    group = group or broker.name("group")
    return Consumer(
        {"bootstrap.servers": broker.bootstrap, "group.id": group, **classic, **defaults, **named}
    )


def reader(broker: Broker, topic: str, partitions: int = 1, **settings: Any) -> Consumer:
    """A consumer that is assigned all partitions, from the beginning."""
    client = consumer_client(broker, **settings)
    client.assign([TopicPartition(topic, number, 0) for number in range(partitions)])
    return client


def member(broker: Broker, topic: str, group: str, **settings: Any) -> Consumer:
    client = consumer_client(broker, group, **settings)
    client.subscribe([topic])
    return client


def poll(client: Consumer, count: int) -> list[Message]:
    """The next records, `count` of them."""
    found: list[Message] = []

    def enough() -> bool:
        for message in client.consume(count - len(found), 0.2):
            if message.error() is not None:
                raise KafkaException(message.error())
            found.append(message)
        return len(found) >= count

    until(enough, f"{count} records coming")
    return found


def shares(*members: Consumer) -> list[int]:
    """How many partitions each member has, after polling each of them."""
    for each in members:
        message = each.poll(0.05)
        if message is not None and message.error() is not None:
            raise KafkaException(message.error())
    return [len(each.assignment()) for each in members]


def values(messages: list[Message]) -> str:
    return " ".join((message.value() or b"").decode() for message in messages)


@contextmanager
def error(code: int) -> Iterator[None]:
    """Fail unless KafkaException with this code is raised inside."""
    try:
        yield
    except KafkaException as raised:
        if raised.args[0].code() != code:
            raise AssertionError(f"{raised.args[0]}, expected code {code}") from raised
        return
    raise AssertionError(f"no error, expected code {code}")

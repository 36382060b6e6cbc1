"""Clients for the fixtures: made for a test, closed behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

CLOSE_TIMEOUT_S = 2.0
"""A test that failed may leave records that cannot be sent; nobody waits for them for long."""


def kafka_python_producer(bootstrap: str) -> Iterator[Any]:
    """A KafkaProducer."""
    from kafka import KafkaProducer

    producer = KafkaProducer(bootstrap_servers=bootstrap)
    yield producer
    producer.close(timeout=CLOSE_TIMEOUT_S)


def kafka_python_consumers(bootstrap: str, new_group: Callable[[], str]) -> Iterator[Any]:
    """A function that makes KafkaConsumers."""
    from kafka import KafkaConsumer

    made: list[Any] = []

    def consumer(*topics: str, **settings: Any) -> Any:
        settings.setdefault("group_id", new_group())
        settings.setdefault("auto_offset_reset", "earliest")
        made.append(KafkaConsumer(*topics, bootstrap_servers=bootstrap, **settings))
        return made[-1]

    yield consumer
    for one in made:
        one.close(autocommit=False)


def confluent_producer(bootstrap: str) -> Iterator[Any]:
    """A Producer."""
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": bootstrap})
    yield producer
    producer.flush(CLOSE_TIMEOUT_S)


def confluent_consumers(bootstrap: str, new_group: Callable[[], str]) -> Iterator[Any]:
    """A function that makes Consumers."""
    from confluent_kafka import Consumer

    made: list[Any] = []

    def consumer(*topics: str, settings: Mapping[str, Any] | None = None) -> Any:
        chosen = {
            "bootstrap.servers": bootstrap,
            "group.id": new_group(),
            "auto.offset.reset": "earliest",
            **(settings or {}),
        }
        made.append(Consumer(chosen))
        if topics:
            made[-1].subscribe(list(topics))
        return made[-1]

    yield consumer
    for one in made:
        one.close()

"""What the scenarios share: clients that are closed afterwards, topics, records."""

from __future__ import annotations

import threading
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from ..python.scenario import Broker, until

WAIT_S = 10
WAIT_MS = WAIT_S * 1000
# Polls that are shorter than a rebalance lose assignments in this client (FINDINGS.md).
POLL_MS = 1000


def admin_client(broker: Broker) -> KafkaAdminClient:
    client = KafkaAdminClient(bootstrap_servers=broker.bootstrap, request_timeout_ms=WAIT_MS)
    broker.later(client.close)
    return client


def new_topic(broker: Broker, partitions: int = 1, **configs: str) -> str:
    """A topic of one replica that is ready; a config's dots are underscores here."""
    name = broker.name()
    wanted = {
        "num_partitions": partitions,
        "replication_factor": 1,
        "configs": {key.replace("_", "."): value for key, value in configs.items()},
    }
    admin_client(broker).create_topics({name: wanted}, wait_for_metadata=True)
    return name


def producer_client(broker: Broker, **settings: Any) -> KafkaProducer:
    settings = {"max_block_ms": WAIT_MS, "request_timeout_ms": WAIT_MS, **settings}
    client = KafkaProducer(bootstrap_servers=broker.bootstrap, **settings)
    broker.later(lambda: client.close(1))
    return client


def consumer_client(broker: Broker, *topics: str, **settings: Any) -> KafkaConsumer:
    """From the beginning unless the settings say otherwise, with quick heartbeats."""
    settings = {
        "auto_offset_reset": "earliest",
        "enable_auto_commit": False,
        "heartbeat_interval_ms": 200,
        "session_timeout_ms": 6000,
        "fetch_max_wait_ms": 200,
        **settings,
    }
    client = KafkaConsumer(*topics, bootstrap_servers=broker.bootstrap, **settings)
    broker.later(lambda: client.close(autocommit=False, timeout_ms=1000))
    return client


def reader(broker: Broker, topic: str, partitions: int = 1, **settings: Any) -> KafkaConsumer:
    """A consumer without a group that is assigned all partitions."""
    client = consumer_client(broker, **settings)
    client.assign([TopicPartition(topic, number) for number in range(partitions)])
    return client


def fill(broker: Broker, topic: str, count: int, **send: Any) -> list[Any]:
    """Records "0", "1", …; returns where they went."""
    producer = producer_client(broker)
    futures = [producer.send(topic, str(number).encode(), **send) for number in range(count)]
    return [future.get(WAIT_S) for future in futures]


def joined(client: KafkaConsumer) -> set[TopicPartition]:
    """Poll until the group's member has partitions, and return them."""
    found = until(lambda: client.poll(POLL_MS) is not None and client.assignment(), "an assignment")
    return set(found)


class Member:
    """A member of a group that is polled by a thread of its own until it leaves."""

    def __init__(self, client: KafkaConsumer) -> None:
        self.client = client
        self._leaving = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def assignment(self) -> set[TopicPartition]:
        """Its partitions now; raises what its polling raised."""
        if self._error is not None:
            raise self._error
        return set(self.client.assignment())

    def leave(self) -> None:
        self._leaving.set()
        self._thread.join()
        self.client.close(autocommit=False)

    def _run(self) -> None:
        try:
            while not self._leaving.is_set():
                self.client.poll(POLL_MS)
        except Exception as error:
            self._error = error


def poll(client: KafkaConsumer, count: int) -> list[Any]:
    """The next records, `count` of them."""
    found: list[Any] = []

    def enough() -> bool:
        for records in client.poll(POLL_MS).values():
            found.extend(records)
        return len(found) >= count

    until(enough, f"{count} records coming")
    return found


def values(records: list[Any]) -> str:
    return " ".join(record.value.decode() for record in records)

"""Clients of confluent-kafka (librdkafka) that do what compat/instrument tells them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message
from confluent_kafka import Producer as Library
from confluent_kafka.admin import AdminClient

from ..python.remote import PATIENCE_S, Collected, Polling, obey

POLL_S = 0.1


def _settings(asked: dict[str, Any]) -> dict[str, Any]:
    settings = {
        "bootstrap.servers": asked["bootstrap"],
        "client.id": asked.get("client_id") or asked["who"],
        "reconnect.backoff.ms": 20,
        "reconnect.backoff.max.ms": 200,
        "retry.backoff.ms": 20,
        "socket.timeout.ms": asked.get("request_timeout_ms", 10_000),
        "log_level": 0,
    }
    return settings | ({"security.protocol": "ssl"} if asked.get("tls") else {})


class Producer:
    """A producer that is polled by a thread."""

    def __init__(self, asked: dict[str, Any]) -> None:
        patience_ms = asked.get("give_up_ms", int(PATIENCE_S * 1000))
        transactional_id = asked.get("transactional_id")
        settings = {
            **_settings(asked),
            "linger.ms": 0,
            "message.max.bytes": 100_000_000,
            "enable.idempotence": bool(asked.get("idempotent") or transactional_id),
        }
        if transactional_id:
            settings["transactional.id"] = transactional_id
            settings["transaction.timeout.ms"] = asked.get("transaction_timeout_ms", 60_000)
        settings["message.timeout.ms"] = patience_ms
        self._client = Library(settings)
        if transactional_id:
            self._client.init_transactions(PATIENCE_S)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._poll, daemon=True)
        self._thread.start()

    def send(self, topic: str, partition: int, values: list[bytes]) -> list[int]:
        """The offsets, when all are acknowledged."""
        told: list[Message] = []
        failed: list[Any] = []
        done = threading.Event()

        def delivered(error: Any, message: Message) -> None:
            failed.extend([error] if error else [])
            told.append(message)
            if len(told) == len(values):
                done.set()

        for value in values:
            self._client.produce(topic, value, partition=partition, on_delivery=delivered)
        done.wait(2 * PATIENCE_S)
        if failed:
            raise KafkaException(failed[0])
        return [message.offset() or 0 for message in told]

    def begin(self) -> None:
        """Begin a transaction."""
        self._client.begin_transaction()

    def commit(self) -> None:
        """Commit it."""
        self._client.commit_transaction(PATIENCE_S)

    def abort(self) -> None:
        """Abort it."""
        self._client.abort_transaction(PATIENCE_S)

    def close(self) -> None:
        """Drop what is not sent, and be gone."""
        self._stopped.set()
        self._thread.join()
        self._client.purge()
        del self._client

    def _poll(self) -> None:
        while not self._stopped.is_set():
            self._client.poll(POLL_S)


def consumer(asked: dict[str, Any], collected: Collected) -> Callable[[], None]:
    """A member of a group."""
    protocol = asked.get("protocol") or "classic"
    settings = {
        **_settings(asked),
        "group.id": asked["group"],
        "group.protocol": protocol,
        "auto.offset.reset": asked.get("reset", "earliest"),
        "enable.auto.commit": False,
        "allow.auto.create.topics": bool(asked.get("auto_create")),
        "isolation.level": "read_committed" if asked.get("committed") else "read_uncommitted",
    }
    if protocol == "classic":
        settings["session.timeout.ms"] = asked.get("session_ms", 45_000)
        settings["heartbeat.interval.ms"] = asked.get("heartbeat_ms", 3_000)
    if asked.get("instance_id"):
        settings["group.instance.id"] = asked["instance_id"]
    client = Consumer(settings)
    topic = asked["topic"]
    client.subscribe([f"^{topic}" if asked.get("pattern") else topic])

    def poll() -> None:
        message = client.poll(POLL_S)
        if message is None:
            return
        error = message.error()
        if error is not None:
            raise KafkaException(error)
        place = (message.partition() or 0, message.offset() or 0, message.timestamp()[1])
        key, value = message.key(), message.value()
        collected.add(*place, _bytes(key), _bytes(value), message.headers())

    return Polling(poll, client.close, collected)


def admin(asked: dict[str, Any]) -> Callable[[], None]:
    """An administrator that has listed the topics, and looked at one if it was named."""
    client: AdminClient | None = AdminClient(_settings(asked))
    assert client is not None
    client.list_topics(timeout=PATIENCE_S)
    if asked.get("topic"):
        client.list_topics(asked["topic"], timeout=PATIENCE_S)

    def close() -> None:
        nonlocal client
        client = None  # it ends when nobody holds it

    return close


def _bytes(value: Any) -> bytes | None:
    return value.encode() if isinstance(value, str) else value


producer = Producer

if __name__ == "__main__":
    obey(sys.modules[__name__])

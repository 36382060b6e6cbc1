"""Clients of kafka-python that do what compat/instrument tells them."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Callable
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from ..python.remote import PATIENCE_S, Collected, Polling, obey

POLL_MS = 1000
"""Polls that are shorter than a rebalance lose assignments in this client (FINDINGS.md)."""


def _settings(asked: dict[str, Any]) -> dict[str, Any]:
    settings = {
        "bootstrap_servers": asked["bootstrap"],
        "client_id": asked.get("client_id") or asked["who"],
        "reconnect_backoff_ms": 20,
        "reconnect_backoff_max_ms": 200,
        "retry_backoff_ms": 20,
        "request_timeout_ms": asked.get("request_timeout_ms", 10_000),
    }
    if asked.get("tls"):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        settings |= {"security_protocol": "SSL", "ssl_context": context}
    return settings


class Producer:
    """A producer."""

    def __init__(self, asked: dict[str, Any]) -> None:
        transactional_id = asked.get("transactional_id")
        patience_ms = asked.get("give_up_ms", int(PATIENCE_S * 1000))
        settings = {
            **_settings(asked),
            "max_block_ms": patience_ms,
            "max_request_size": 100_000_000,
            "enable_idempotence": bool(asked.get("idempotent") or transactional_id),
            "acks": "all",
        }
        if transactional_id:
            settings["transactional_id"] = transactional_id
            settings["transaction_timeout_ms"] = asked.get("transaction_timeout_ms", 60_000)
        self._client = KafkaProducer(**settings)
        if transactional_id:
            self._client.init_transactions()

    def send(self, topic: str, partition: int, values: list[bytes]) -> list[int]:
        """The offsets, when all are acknowledged."""
        sent = [self._client.send(topic, value, partition=partition) for value in values]
        return [one.get(2 * PATIENCE_S).offset for one in sent]

    def begin(self) -> None:
        """Begin a transaction."""
        self._client.begin_transaction()

    def commit(self) -> None:
        """Commit it."""
        self._client.commit_transaction()

    def abort(self) -> None:
        """Abort it."""
        self._client.abort_transaction()

    def close(self) -> None:
        """Drop what is not sent, and be gone."""
        self._client.close(1)


def consumer(asked: dict[str, Any], collected: Collected) -> Callable[[], None]:
    """A member of a group."""
    settings = {
        **_settings(asked),
        "group_id": asked["group"],
        "auto_offset_reset": asked.get("reset", "earliest"),
        "enable_auto_commit": False,
        "allow_auto_create_topics": bool(asked.get("auto_create")),
        "isolation_level": "read_committed" if asked.get("committed") else "read_uncommitted",
        "session_timeout_ms": asked.get("session_ms", 45_000),
        "heartbeat_interval_ms": asked.get("heartbeat_ms", 3_000),
        "request_timeout_ms": asked.get("request_timeout_ms", 50_000),
    }
    if asked.get("instance_id"):
        settings["group_instance_id"] = asked["instance_id"]
    client = KafkaConsumer(**settings)
    if asked.get("pattern"):
        client.subscribe(pattern=asked["topic"])
    else:
        client.subscribe([asked["topic"]])

    def poll() -> None:
        for records in client.poll(POLL_MS).values():
            for one in records:
                place = (one.partition, one.offset, one.timestamp)
                collected.add(*place, one.key, one.value, one.headers)

    return Polling(poll, lambda: client.close(autocommit=False, timeout_ms=1000), collected)


def admin(asked: dict[str, Any]) -> Callable[[], None]:
    """An administrator that has listed the topics, and looked at one if it was named."""
    client = KafkaAdminClient(**_settings(asked))
    client.list_topics()
    if asked.get("topic"):
        client.describe_topics([asked["topic"]])
    close: Callable[[], None] = client.close
    return close


producer = Producer

if __name__ == "__main__":
    obey(sys.modules[__name__])

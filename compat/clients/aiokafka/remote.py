"""Clients of aiokafka that do what compat/instrument tells them, on one loop in a thread."""

from __future__ import annotations

import asyncio
import ssl
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from ..python.remote import PATIENCE_S, Collected, Polling, obey

POLL_MS = 200

Found = TypeVar("Found")

_loop = asyncio.new_event_loop()


def _run(work: Coroutine[Any, Any, Found]) -> Found:
    return asyncio.run_coroutine_threadsafe(work, _loop).result(2 * PATIENCE_S)


def _settings(asked: dict[str, Any]) -> dict[str, Any]:
    settings = {
        "bootstrap_servers": asked["bootstrap"],
        "client_id": asked.get("client_id") or asked["who"],
        "retry_backoff_ms": 20,
        "request_timeout_ms": asked.get("request_timeout_ms", 10_000),
    }
    if asked.get("tls"):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        settings |= {"security_protocol": "SSL", "ssl_context": context}
    return settings


async def _started(make: Callable[[], Any]) -> Any:
    client = make()  # it wants the running loop
    await client.start()
    return client


class Producer:
    """A producer."""

    def __init__(self, asked: dict[str, Any]) -> None:
        transactional_id = asked.get("transactional_id")
        settings = {
            **_settings(asked),
            "max_request_size": 100_000_000,
            "enable_idempotence": bool(asked.get("idempotent") or transactional_id),
            "acks": "all",
        }
        if transactional_id:
            settings["transactional_id"] = transactional_id
            settings["transaction_timeout_ms"] = asked.get("transaction_timeout_ms", 60_000)
        self._client = _run(_started(lambda: AIOKafkaProducer(**settings)))

    def send(self, topic: str, partition: int, values: list[bytes]) -> list[int]:
        """The offsets, when all are acknowledged."""
        return _run(self._send(topic, partition, values))

    async def _send(self, topic: str, partition: int, values: list[bytes]) -> list[int]:
        sent = [await self._client.send(topic, value, partition=partition) for value in values]
        return [(await one).offset for one in sent]

    def begin(self) -> None:
        """Begin a transaction."""
        _run(self._client.begin_transaction())

    def commit(self) -> None:
        """Commit it."""
        _run(self._client.commit_transaction())

    def abort(self) -> None:
        """Abort it."""
        _run(self._client.abort_transaction())

    def close(self) -> None:
        """Be gone."""
        _run(self._client.stop())


def consumer(asked: dict[str, Any], collected: Collected) -> Callable[[], None]:
    """A member of a group."""
    settings = {
        **_settings(asked),
        "group_id": asked["group"],
        "auto_offset_reset": asked.get("reset", "earliest"),
        "enable_auto_commit": False,
        "isolation_level": "read_committed" if asked.get("committed") else "read_uncommitted",
        "session_timeout_ms": asked.get("session_ms", 45_000),
        "heartbeat_interval_ms": asked.get("heartbeat_ms", 3_000),
        "request_timeout_ms": asked.get("request_timeout_ms", 50_000),
    }
    if asked.get("instance_id"):
        settings["group_instance_id"] = asked["instance_id"]

    def make() -> Any:
        client = AIOKafkaConsumer(**settings)
        if asked.get("pattern"):
            client.subscribe(pattern=asked["topic"])
        else:
            client.subscribe([asked["topic"]])
        return client

    client = _run(_started(make))

    def poll() -> None:
        for records in _run(client.getmany(timeout_ms=POLL_MS)).values():
            for one in records:
                place = (one.partition, one.offset, one.timestamp)
                collected.add(*place, one.key, one.value, one.headers)

    return Polling(poll, lambda: _run(client.stop()), collected)


def admin(asked: dict[str, Any]) -> Callable[[], None]:
    """An administrator that has listed the topics, and looked at one if it was named."""
    client = _run(_started(lambda: AIOKafkaAdminClient(**_settings(asked))))
    _run(client.list_topics())
    if asked.get("topic"):
        _run(client.describe_topics([asked["topic"]]))
    return lambda: _run(client.close())


producer = Producer

if __name__ == "__main__":
    threading.Thread(target=_loop.run_forever, daemon=True).start()
    obey(sys.modules[__name__])

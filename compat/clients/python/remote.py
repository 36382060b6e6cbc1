"""Clients that do what they are told: a line of JSON in, a line out, as compat/instrument/remote.py
says. Commands run at the same time, each in a thread.

A client's `remote.py` makes what is asked for: `Producer`, `Consumer` and `Admin` below.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any, Protocol

USUAL_WAIT_MS = 20_000
PATIENCE_S = 30.0


class Producer(Protocol):
    """`send` gives the offset when the record is acknowledged, or raises."""

    def send(self, topic: str, partition: int, values: list[bytes]) -> list[int]: ...

    def begin(self) -> None: ...

    def commit(self) -> None: ...

    def abort(self) -> None: ...

    def close(self) -> None: ...


class Library(Protocol):
    """A module that makes the clients of one library. A consumer reads by itself into what it is
    given; what `consumer` and `admin` return closes the client."""

    def producer(self, asked: dict[str, Any]) -> Producer: ...

    def consumer(self, asked: dict[str, Any], collected: Collected) -> Callable[[], None]: ...

    def admin(self, asked: dict[str, Any]) -> Callable[[], None]: ...


class Collected:
    """What a consumer has read so far."""

    def __init__(self) -> None:
        self._records: list[dict[str, Any]] = []
        self._errors: list[str] = []
        self._came = threading.Condition()

    def add(
        self,
        partition: int,
        offset: int,
        timestamp: int,
        key: bytes | None,
        value: bytes | None,
        headers: Any,
    ) -> None:
        """One record."""
        record = {
            "partition": partition,
            "offset": offset,
            "timestamp": timestamp,
            "key": text(key),
            "value": text(value),
            "headers": {name: text(found) for name, found in headers or ()},
        }
        with self._came:
            self._records.append(record)
            self._came.notify_all()

    def error(self, error: BaseException) -> None:
        """What the client complained about."""
        with self._came:
            self._errors.append(type(error).__name__)
            del self._errors[100:]

    def wait(self, count: int, limit_ms: int) -> dict[str, Any]:
        """What came so far, as soon as there are `count` or the time is up."""
        with self._came:
            self._came.wait_for(lambda: len(self._records) >= count, limit_ms / 1000)
            return {"records": list(self._records), "errors": list(self._errors)}


class Polling:
    """A thread that polls a consumer until it is closed."""

    def __init__(
        self, poll: Callable[[], object], close: Callable[[], object], collected: Collected
    ) -> None:
        self._poll, self._close, self._collected = poll, close, collected
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __call__(self) -> None:
        """Close it."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._poll()
            except Exception as error:  # whatever a library tells its program
                self._collected.error(error)
        self._close()


def text(data: bytes | None) -> str | None:
    """Bytes as text, null as null."""
    return None if data is None else data.decode("utf-8", "replace")


def obey(library: Library) -> None:
    """Do what standard input says until it ends."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer
    obedience = _Obedience(library, out.write)
    for line in sys.stdin:
        threading.Thread(target=obedience.answer, args=[json.loads(line)], daemon=True).start()
    os._exit(0)  # clients that hang must not keep the process


class _Obedience:
    def __init__(self, library: Library, say: Callable[[str], object]) -> None:
        self._library = library
        self._say = say
        self._lock = threading.Lock()
        self._producers: dict[str, Producer] = {}
        self._collected: dict[str, Collected] = {}
        self._closers: dict[str, Callable[[], None]] = {}

    def answer(self, asked: dict[str, Any]) -> None:
        told: dict[str, Any] = {"id": asked["id"]}
        try:
            told["ok"] = getattr(self, f"_{asked['do']}")(asked)
        except Exception as error:  # a client may raise anything
            told["error"] = f"{type(error).__name__}: {error}"
        with self._lock:
            self._say(json.dumps(told) + "\n")

    def _producer(self, asked: dict[str, Any]) -> dict[str, Any]:
        made = self._producers[asked["who"]] = self._library.producer(asked)
        self._closers[asked["who"]] = made.close
        return {}

    def _consumer(self, asked: dict[str, Any]) -> dict[str, Any]:
        collected = self._collected[asked["who"]] = Collected()
        self._closers[asked["who"]] = self._library.consumer(asked, collected)
        return {}

    def _admin(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._closers[asked["who"]] = self._library.admin(asked)
        return {}

    def _send(self, asked: dict[str, Any]) -> dict[str, Any]:
        values = [value.encode() for value in asked["values"]]
        producer = self._producers[asked["who"]]
        return {"offsets": producer.send(asked["topic"], asked.get("partition", 0), values)}

    def _measure(self, asked: dict[str, Any]) -> dict[str, Any]:
        producer, took = self._producers[asked["who"]], []
        for _ in range(asked["count"]):
            began = time.perf_counter()
            producer.send(asked["topic"], 0, [b"x"])
            took.append((time.perf_counter() - began) * 1000)
        return {"ms": took}

    def _begin(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._producers[asked["who"]].begin()
        return {}

    def _commit(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._producers[asked["who"]].commit()
        return {}

    def _abort(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._producers[asked["who"]].abort()
        return {}

    def _records(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._collected[asked["who"]].wait(asked["count"], asked.get("ms", USUAL_WAIT_MS))

    def _close(self, asked: dict[str, Any]) -> dict[str, Any]:
        closer = self._closers.pop(asked["who"], None)
        if closer is not None:
            closer()
        return {}

    def _http(self, asked: dict[str, Any]) -> dict[str, Any]:
        with contextlib.closing(urllib.request.urlopen(asked["url"], timeout=5)) as answer:
            return {"answer": answer.read().decode()}

"""A client program in another language that does what it is told, line by line.

`clients/FOLDER/run --remote NAME` reads a command in JSON from each line and answers it with one,
in any order: `{"id", "do", …}`, then `{"id", "ok"}` or `{"id", "error"}`.

| do | with | answers |
|---|---|---|
| producer | who, bootstrap, client_id, idempotent, transactional_id, … | when it is there |
| send | who, topic, partition, values | offsets, when all are acknowledged |
| measure | who, topic, count | ms: how long each of so many records took, one after the other |
| begin, commit, abort | who | when it is done |
| consumer | who, bootstrap, group, topic, pattern, protocol, reset, … | when it reads, by itself |
| admin | who, bootstrap, topic | when it has listed all topics, and looked at one if it is named |
| records | who, count, ms | records and errors so far, once there are `count` or the time is up |
| close | who | when it is closed |
| http | url | answer |

What a library does not have it does without (`LACKS`). Everything else is the library's default.

Invariant: the process ends with this one, and when its standard input does.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import threading
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

from ..client_part import INSTALL_LIMIT_S, MISSING
from ..expectations import FOLDER

REMOTES = {
    "java": ("java", "java"),
    "franz": ("go", "franz"),
    "sarama": ("go", "sarama"),
    "kafkajs": ("node", "kafkajs"),
    "confluent_js": ("node", "confluent"),
}
"""The clients: the folder of `clients/` that has each, and its name there."""

PYTHON_REMOTES = {name: (name, name) for name in ("kafka_python", "aiokafka", "confluent_kafka")}
"""Those in Python, which most checks leave to the tests: they are asked where a check is about what
libraries do by themselves, or where they are named."""

ALL_REMOTES = REMOTES | PYTHON_REMOTES

CONSUMER_PROTOCOL = "consumer protocol"
STATIC = "static members"
LEAVES_SILENCE = "new connection after a request timeout"
RECREATED = "topics that are made anew"
PATTERN = "subscription to a pattern"
ASKS_AGAIN = "second question when it is lost"

LACKS = {
    "franz": frozenset({RECREATED}),
    "sarama": frozenset({CONSUMER_PROTOCOL, PATTERN}),
    "kafkajs": frozenset({CONSUMER_PROTOCOL, STATIC, LEAVES_SILENCE}),
    "kafka_python": frozenset({CONSUMER_PROTOCOL, ASKS_AGAIN}),
    "aiokafka": frozenset({CONSUMER_PROTOCOL, ASKS_AGAIN}),
}
"""What a library does not have at all."""

ANSWER_LIMIT_S = 90.0
STOP_LIMIT_S = 5.0


class RemoteError(Exception):
    """A client said that it failed, by its own words, or its program is gone."""


class RemoteMissing(Exception):
    """Its tool chain or its packages are not here; the text says what to install."""


class Remote:
    """One program, with as many clients in it as are asked for."""

    def __init__(self, name: str) -> None:
        self.name = name
        folder, self._program = ALL_REMOTES[name]
        self._folder = FOLDER / folder
        self._ids = itertools.count(1)
        self._names = itertools.count(1)
        self._waiting: dict[int, Future[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._open: list[str] = []
        self._child: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._is_gone = False

    def __enter__(self) -> Self:
        self._install()
        self._child = subprocess.Popen(
            [str(self._folder / "run"), "--remote", self._program],
            cwd=self._folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, name=f"remote-{self.name}", daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        child, reader = self._child, self._reader
        assert child is not None
        assert child.stdin is not None
        assert child.stdout is not None
        assert reader is not None
        with contextlib.suppress(OSError):
            child.stdin.close()
        try:
            child.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        reader.join()
        child.stdout.close()

    def kill(self) -> None:
        """As kill -9 does it: nobody says goodbye to the broker."""
        assert self._child is not None
        if self._child.poll() is None:  # else its number may be another's by now
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()

    def lacks(self, feature: str) -> bool:
        """Whether the library cannot do that at all."""
        return feature in LACKS.get(self.name, ())

    def new_name(self, kind: str) -> str:
        """A name for a client that no other has."""
        return f"{self.name}-{kind}-{next(self._names)}"

    def ask(self, do: str, **words: object) -> dict[str, Any]:
        """Tell it, and wait. RemoteError when it fails."""
        return self.tell(do, **words).result(ANSWER_LIMIT_S)

    def tell(self, do: str, **words: object) -> Future[dict[str, Any]]:
        """Tell it; the answer comes when it comes."""
        answer: Future[dict[str, Any]] = Future()
        number = next(self._ids)
        line = json.dumps({"id": number, "do": do, **words})
        assert self._child is not None
        assert self._child.stdin is not None
        with self._lock:
            try:
                if self._is_gone:
                    raise OSError
                self._child.stdin.write(line + "\n")
                self._child.stdin.flush()
                self._waiting[number] = answer
            except OSError:
                answer.set_exception(RemoteError(f"the program of {self.name} is gone"))
        if do in ("producer", "consumer", "admin"):
            self._open.append(str(words["who"]))
        return answer

    def close_clients(self) -> None:
        """Close what is open; a client that cannot is left to the end of its program."""
        names, self._open = self._open, []
        for answer in [self.tell("close", who=who) for who in names]:
            with contextlib.suppress(RemoteError, TimeoutError):
                answer.result(STOP_LIMIT_S)

    def _install(self) -> None:
        done = subprocess.run(
            [str(self._folder / "run"), "--install"],
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=INSTALL_LIMIT_S,
            check=False,
        )
        if done.returncode:
            why = (done.stderr.strip().splitlines() or ["it could not be built"])[-1]
            if done.returncode == MISSING:
                raise RemoteMissing(why)
            raise RemoteError(why)

    def _read(self) -> None:
        assert self._child is not None
        assert self._child.stdout is not None
        for line in self._child.stdout:
            if not line.startswith('{"'):
                continue  # a library that prints
            told = json.loads(line)
            with self._lock:
                answer = self._waiting.pop(told["id"], None)
            if answer is None:
                continue
            if "error" in told:
                answer.set_exception(RemoteError(told["error"]))
            else:
                answer.set_result(told["ok"])
        with self._lock:
            self._is_gone = True
            left, self._waiting = list(self._waiting.values()), {}
        for answer in left:
            answer.set_exception(RemoteError(f"the program of {self.name} is gone"))


class RemoteProducer:
    """A producer in a remote program."""

    def __init__(self, remote: Remote, who: str) -> None:
        self._remote = remote
        self.who = who

    def send(self, topic: str, *values: str, partition: int = 0) -> list[int]:
        """The offsets, when all are acknowledged; some libraries know only the first, or none."""
        offsets: list[int] = self.sending(topic, *values, partition=partition).result(
            ANSWER_LIMIT_S
        )["offsets"]
        return offsets

    def sending(self, topic: str, *values: str, partition: int = 0) -> Future[dict[str, Any]]:
        """The same, without waiting."""
        return self._remote.tell(
            "send", who=self.who, topic=topic, values=values, partition=partition
        )

    def measure(self, topic: str, count: int) -> list[float]:
        """How many ms each of so many records took, one after the other."""
        took: list[float] = self.measuring(topic, count).result(ANSWER_LIMIT_S)["ms"]
        return took

    def measuring(self, topic: str, count: int) -> Future[dict[str, Any]]:
        """The same, without waiting."""
        return self._remote.tell("measure", who=self.who, topic=topic, count=count)

    def begin(self) -> None:
        """Begin a transaction."""
        self._remote.ask("begin", who=self.who)

    def commit(self) -> None:
        """Commit it."""
        self._remote.ask("commit", who=self.who)

    def abort(self) -> None:
        """Abort it."""
        self._remote.ask("abort", who=self.who)

    def close(self) -> None:
        """Close it."""
        self._remote.ask("close", who=self.who)


class RemoteConsumer:
    """A member of a group in a remote program; it reads by itself."""

    def __init__(self, remote: Remote, who: str) -> None:
        self._remote = remote
        self.who = who

    def values(self, count: int, limit_s: float = 20.0) -> list[str]:
        """What was read so far, once there are `count` values or the time is up."""
        words = {"who": self.who, "count": count, "ms": int(limit_s * 1000)}
        return [one["value"] for one in self._remote.ask("records", **words)["records"]]

    def records(self, count: int) -> list[dict[str, Any]]:
        """The same with partition, offset, timestamp, key, value and headers."""
        words = {"who": self.who, "count": count, "ms": 20_000}
        found: list[dict[str, Any]] = self._remote.ask("records", **words)["records"]
        return found

    def errors(self) -> list[str]:
        """What it complained about."""
        errors: list[str] = self._remote.ask("records", who=self.who, count=0, ms=1)["errors"]
        return errors

    def close(self) -> None:
        """Leave the group, if the member is not static."""
        self._remote.ask("close", who=self.who)

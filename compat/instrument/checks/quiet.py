"""Nothing is said of clients that only live: the doctor's false alarms.

Each life is led for `LIFE_S` by a client of its own, with the library's usual connections. Behind a
forwarded port the address that clients are told is never the one that they have reached, which is
also what a wrong advertised address looks like. Lives that are led beside others could prove the
address for them: so those that say least are led alone as well.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...targets import Missing
from ...tools.process import Tools
from ..check import check
from ..remote import PATTERN
from ..stage import Stage

LIFE_S = 10.0
START_S = 30.0

_ASKING = (
    ("kafka-topics", "--list"),
    ("kafka-topics", "--describe"),
    ("kafka-topics", "--describe", "--topic", "orders"),
    ("kafka-get-offsets", "--topic", "orders"),
    ("kafka-broker-api-versions",),
    ("kafka-configs", "--describe", "--entity-type", "topics", "--entity-name", "orders"),
    ("kafka-consumer-groups", "--list"),
    ("kafka-cluster", "cluster-id"),
)
"""Tools that ask something and end."""

_FORWARDER = Path(__file__).parents[3] / "tests" / "end_to_end" / "addresses" / "forwarder.py"


def _lives(stage: Stage, bootstrap: str) -> dict[str, Callable[[], Future[dict[str, Any]]]]:
    """By their names, which are the client ids: how they begin."""
    consumer = {"topic": "orders", "reset": "latest"}

    def led(do: str, who: str, **words: object) -> Callable[[], Future[dict[str, Any]]]:
        return lambda: stage.remote.tell(do, who=who, bootstrap=bootstrap, **words)

    lives = {
        "lists": led("admin", "lists"),
        "looks": led("admin", "looks", topic="orders"),
        "idles": led("producer", "idles"),
        "has-sent": led("producer", "has-sent"),
        "idempotent": led("producer", "idempotent", idempotent=True),
        "transactional": led("producer", "transactional", transactional_id="t"),
        "has-committed": led("producer", "has-committed", transactional_id="c", auto_create=True),
        "reads": led("consumer", "reads", group="reads", **consumer),
        "creates": led("consumer", "creates", group="creates", auto_create=True, **consumer),
    }
    if not stage.remote.lacks(PATTERN):
        words = {**consumer, "topic": "^ord.*", "pattern": True}
        lives["pattern"] = led("consumer", "pattern", group="pattern", **words)
        words["auto_create"] = True
        lives["all"] = led("consumer", "all", group="all", **words)
    return lives


def _live(stage: Stage, bootstrap: str, *names: str) -> None:
    """Lead these lives, all when none is named, and look all the time."""
    lives = _lives(stage, bootstrap)
    for name in names or lives:
        lives[name]().result(START_S)
        if name == "has-committed":
            stage.remote.ask("begin", who=name)
        if name.startswith("has-"):
            stage.remote.ask("send", who=name, topic="orders", values=["x"])
        if name == "has-committed":
            stage.remote.ask("commit", who=name)
    _stays_quiet(stage)
    stage.remote.close_clients()


def _stays_quiet(stage: Stage) -> None:
    end = time.monotonic() + LIFE_S
    while time.monotonic() < end:
        stage.equal("said", _said(stage), [])
        time.sleep(0.2)


def _forwarded(stage: Stage, *names: str) -> None:
    with _forwarder(stage) as bootstrap:
        _live(stage, bootstrap, *names)


@contextmanager
def _forwarder(stage: Stage) -> Iterator[str]:
    """A forwarded port with a right hint."""
    command = [sys.executable, str(_FORWARDER), "127.0.0.1:0", stage.kafka.bootstrap]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as forwarder:
        try:
            assert forwarder.stdout is not None
            port = int(forwarder.stdout.readline())
            hint = {"host": "127.0.0.1", "port": port}
            stage.control.request("PUT", "/addresses", {"forwarded": hint})
            yield f"127.0.0.1:{port}"
        finally:
            forwarder.kill()


@check(python=True)
def at_the_broker_itself(stage: Stage) -> None:
    """Lists, looks, idles, has sent, reads: nothing is said of a client that does no more."""
    stage.control.seed(topics=[{"name": "orders"}])
    _live(stage, stage.kafka.bootstrap)


@check(python=True)
def behind_a_forwarded_port(stage: Stage) -> None:
    """The same where everybody is told another address than it has reached, and can use it."""
    stage.control.seed(topics=[{"name": "orders"}])
    _forwarded(stage)


@check(python=True)
def an_idle_producer_alone_behind_a_forwarded_port(stage: Stage) -> None:
    """It asks for the brokers, nobody has used the address yet, and it does nothing more."""
    _forwarded(stage, "idles")


@check(python=True)
def who_looks_at_a_topic_alone_behind_a_forwarded_port(stage: Stage) -> None:
    """It lists all topics, asks for one by its name, and does nothing more."""
    stage.control.seed(topics=[{"name": "orders"}])
    _forwarded(stage, "looks")


@check(python=True)
def at_an_address_that_is_set(stage: Stage) -> None:
    """The broker says that it is at localhost, and everybody comes by 127.0.0.1."""
    stage.control.seed(topics=[{"name": "orders"}])
    _set(stage)
    _live(stage, stage.kafka.bootstrap)


@check(python=True)
def an_idle_producer_alone_at_an_address_that_is_set(stage: Stage) -> None:
    """It asks for the brokers, nobody has used the address yet, and it does nothing more."""
    _set(stage)
    _live(stage, stage.kafka.bootstrap, "idles")


def _set(stage: Stage) -> None:
    port = int(stage.kafka.bootstrap.rpartition(":")[2])
    place = {"host": "localhost", "port": port}
    stage.control.request("PUT", "/addresses", {"advertised": {"PLAINTEXT": place}})


@check(once=True)
def the_tools_of_kafka(stage: Stage) -> None:
    """Each of Kafka's own tools that asks something, again and again, behind a forwarded port, and
    a consumer and a producer that have nothing to do."""
    stage.control.seed(topics=[{"name": "orders"}])
    with _forwarder(stage) as bootstrap:
        server = ("--bootstrap-server", bootstrap)
        try:
            with Tools() as tools:
                reading = (*server, "--topic", "orders", "--from-beginning")
                stage.control.seed(records=[{"topic": "orders", "value": "here"}])
                tools.run_beside("kafka-console-consumer", reading, "here")
                for _ in range(2):
                    for name, *words in _ASKING:
                        done = tools.run(name, [*words, *server])
                        stage.equal(f"exit code of {name}", done.exit, 0)
                        stage.equal("said", _said(stage), [])
                _stays_quiet(stage)
        except Missing as reason:
            stage.saw(f"left out: {reason}")


@check(once=True)
def our_own_tools(stage: Stage) -> None:
    """The same questions, by the commands of wirekafka."""
    stage.control.seed(topics=[{"name": "orders"}])
    command = [sys.executable, "-P", "-m", "wirekafka"]
    with _forwarder(stage) as bootstrap:
        server = ["--bootstrap-server", bootstrap]
        idle = [
            subprocess.Popen(
                [*command, name, *server, "--topic", "orders"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
            )
            for name in ("console-producer", "console-consumer")
        ]
        try:
            for name, *words in (*_ASKING[:4], *_ASKING[5:7]):
                words = [*command, name.removeprefix("kafka-"), *words, *server]
                done = subprocess.run(words, capture_output=True, text=True, check=False)
                stage.equal(f"exit code of {name}: {done.stderr}", done.returncode, 0)
                stage.equal("said", _said(stage), [])
            _stays_quiet(stage)
        finally:
            for process in idle:
                process.kill()
                process.communicate()


def _said(stage: Stage) -> Any:
    return stage.control.request("GET", "/doctor")["mistakes"]

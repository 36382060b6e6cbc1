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
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from ..check import check
from ..remote import PATTERN
from ..stage import Stage

LIFE_S = 10.0
START_S = 30.0

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
        "reads": led("consumer", "reads", group="reads", **consumer),
    }
    if not stage.remote.lacks(PATTERN):
        words = {**consumer, "topic": "^ord.*", "pattern": True}
        lives["pattern"] = led("consumer", "pattern", group="pattern", **words)
    return lives


def _live(stage: Stage, bootstrap: str, *names: str) -> None:
    """Lead these lives, all when none is named, and look all the time."""
    lives = _lives(stage, bootstrap)
    for name in names or lives:
        lives[name]().result(START_S)
        if name == "has-sent":
            stage.remote.ask("send", who=name, topic="orders", values=["x"])
    end = time.monotonic() + LIFE_S
    while time.monotonic() < end:
        stage.equal("said", stage.control.request("GET", "/doctor")["mistakes"], [])
        time.sleep(0.2)
    stage.remote.close_clients()


def _forwarded(stage: Stage, *names: str) -> None:
    command = [sys.executable, str(_FORWARDER), "127.0.0.1:0", stage.kafka.bootstrap]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as forwarder:
        try:
            assert forwarder.stdout is not None
            port = int(forwarder.stdout.readline())
            hint = {"host": "127.0.0.1", "port": port}
            stage.control.request("PUT", "/addresses", {"forwarded": hint})
            _live(stage, f"127.0.0.1:{port}", *names)
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

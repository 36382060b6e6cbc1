"""Check 12: the classic mistakes, made by each library, and named by the doctor within 5 s.

Plaintext to a TLS port is missing: this version has no TLS listeners.
"""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

from ..check import check
from ..remote import ASKS_AGAIN, PATTERN, STATIC
from ..stage import Stage

NOWHERE = "127.0.0.1:9"
LOST = "advertised address"
WRONG = {"advertised.listeners": f"PLAINTEXT://{NOWHERE}"}


def _named(stage: Stage, kind: str, *parts: str) -> None:
    """The doctor names it, with all of these words; and so does its command."""
    found: dict[str, Any] = stage.doctor(kind)
    text = f"{found['client']} {found['cause']} {found['advice']}"
    for part in parts:
        stage.check(part in text, f"{part!r} is not in: {text}")
    command = [sys.executable, "-P", "-m", "wirekafka", "doctor"]
    said = subprocess.run(
        [*command, "--control", stage.kafka.control_url],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    stage.equal("exit code of wirekafka doctor", said.returncode, 1)
    stage.check(f"MISTAKE {kind}" in said.stdout, f"the command says: {said.stdout}{said.stderr}")
    for line in said.stdout.partition("WAITS")[0].rstrip().splitlines():
        stage.saw(line)


def _consuming(stage: Stage, topic: str, **settings: object) -> None:
    """A consumer as libraries make it, which would have its topic made."""
    words = {"bootstrap": stage.kafka.bootstrap, "group": "app", "topic": topic, **settings}
    who = stage.remote.new_name("consumer")
    stage.remote.tell("consumer", who=who, client_id="lost", auto_create=True, **words)


@check(configs=WRONG, python=True)
def a_wrong_advertised_address(stage: Stage) -> None:
    """The broker says that it is where nobody listens."""
    stage.trying("orders", "lost")
    _named(stage, LOST, "lost", NOWHERE, stage.kafka.bootstrap)


@check(configs=WRONG, python=True)
def a_wrong_address_for_a_consumer(stage: Stage) -> None:
    """The same, and a consumer."""
    stage.control.seed(topics=[{"name": "orders"}])
    _consuming(stage, "orders")
    _named(stage, LOST, "lost", NOWHERE, "advertised.listeners")


@check(configs=WRONG, needs=(PATTERN,), python=True)
def a_wrong_address_for_a_consumer_of_a_pattern(stage: Stage) -> None:
    """The same, and a consumer that looks for its topics in the list of all."""
    stage.control.seed(topics=[{"name": "orders"}])
    _consuming(stage, "^ord.*", pattern=True)
    _named(stage, LOST, "lost", NOWHERE, "advertised.listeners")


@check(configs=WRONG, python=True)
def a_wrong_address_for_a_transactional_producer(stage: Stage) -> None:
    """The same, and a producer that begins a transaction."""
    stage.trying("orders", "lost", transactional_id="t", auto_create=True)
    _named(stage, LOST, "lost", NOWHERE, "advertised.listeners")


def _behind_a_wrong_hint(stage: Stage) -> None:
    host, _, port = NOWHERE.rpartition(":")
    stage.control.seed(topics=[{"name": "orders"}])
    hint = {"host": host, "port": int(port)}
    stage.control.request("PUT", "/addresses", {"forwarded": hint})


def _lost_by_the_hint(stage: Stage) -> None:
    """Named; a library that asks only once has the connections of an idle one: that is said."""
    if not stage.remote.lacks(ASKS_AGAIN):
        _named(stage, LOST, "lost", NOWHERE, "--advertised-port")
        return
    doubt = stage.doubt(LOST)
    text = f"{doubt['client']} {doubt['cause']} {doubt['advice']}"
    for part in ("lost", NOWHERE, "--advertised-port", "idle"):
        stage.check(part in text, f"{part!r} is not in: {text}")
    stage.eventually("the doubt is logged", lambda: f"INFO {LOST}: lost" in stage.kafka.log)
    stage.saw(text)


@check(python=True)
def a_wrong_hint_for_a_producer(stage: Stage) -> None:
    """The hint of a forwarded port leads nowhere."""
    _behind_a_wrong_hint(stage)
    stage.trying("orders", "lost", auto_create=True)
    _lost_by_the_hint(stage)


@check(python=True)
def a_wrong_hint_for_a_consumer(stage: Stage) -> None:
    """The same, and a consumer."""
    _behind_a_wrong_hint(stage)
    _consuming(stage, "orders")
    _lost_by_the_hint(stage)


@check(needs=(PATTERN,), python=True)
def a_wrong_hint_for_a_consumer_of_a_pattern(stage: Stage) -> None:
    """The same, and a consumer that looks for its topics in the list of all."""
    _behind_a_wrong_hint(stage)
    _consuming(stage, "^ord.*", pattern=True)
    _lost_by_the_hint(stage)


@check(python=True)
def a_wrong_hint_for_a_transactional_producer(stage: Stage) -> None:
    """The same, and a producer that begins a transaction."""
    _behind_a_wrong_hint(stage)
    stage.trying("orders", "lost", transactional_id="t", auto_create=True)
    _lost_by_the_hint(stage)


@check()
def tls_to_a_plaintext_port(stage: Stage) -> None:
    """A client that is configured for TLS."""
    stage.trying(stage.topic(), "tls", tls=True)
    _named(stage, "TLS to a plaintext port", "PLAINTEXT")


@check()
def http_to_the_kafka_port(stage: Stage) -> None:
    """The language's own HTTP client asks the Kafka port for a page."""
    stage.remote.tell("http", url=f"http://{stage.kafka.bootstrap}/topics")
    _named(stage, "HTTP to the Kafka port", "GET /topics HTTP/1.1", stage.kafka.bootstrap)


@check(configs={"message.max.bytes": "10000"})
def an_oversize_message(stage: Stage) -> None:
    """A batch that is larger than message.max.bytes."""
    topic, producer = stage.topic(), stage.producer(client_id="shop")
    large = random.Random(1).randbytes(10_000).hex()  # some compress what they send
    stage.fails("the send", lambda: producer.send(topic, large * 2))
    _named(stage, "oversize message", "shop", topic, "10000")


@check(needs=(STATIC,))
def a_group_instance_id_of_two(stage: Stage) -> None:
    """Two members use one group.instance.id."""
    topic = stage.topic(2)
    settings: dict[str, Any] = {"instance_id": "one", "heartbeat_ms": 200}
    stage.consumer("app", topic, client_id="first", **settings)
    stage.control.wait_for_group("app", members=1, assigned=True)
    stage.consumer("app", topic, client_id="second", **settings)
    _named(stage, "group.instance.id", "first", "second", "app", "one")


@check(configs={"auto.create.topics.enable": "false"})
def a_missing_topic(stage: Stage) -> None:
    """A consumer of a topic that does not exist and that the broker will not make."""
    stage.remote.tell(
        "consumer",
        who="reader",
        bootstrap=stage.kafka.bootstrap,
        group="app",
        topic="ordres",
        auto_create=True,
    )
    _named(stage, "missing topic", "reader", "ordres", "auto.create.topics.enable=false")

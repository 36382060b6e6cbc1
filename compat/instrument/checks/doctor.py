"""Check 12: the classic mistakes, made by each library, and named by the doctor within 5 s.

Plaintext to a TLS port is missing: this version has no TLS listeners.
"""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

from ..check import check
from ..remote import STATIC
from ..stage import Stage

NOWHERE = "127.0.0.1:9"


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


@check(configs={"advertised.listeners": f"PLAINTEXT://{NOWHERE}"}, python=True)
def a_wrong_advertised_address(stage: Stage) -> None:
    """The broker says that it is where nobody listens."""
    stage.trying("orders", who="lost")
    _named(stage, "advertised address", "lost", NOWHERE, stage.kafka.bootstrap)


@check()
def tls_to_a_plaintext_port(stage: Stage) -> None:
    """A client that is configured for TLS."""
    stage.trying(stage.topic(), who="tls", tls=True)
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

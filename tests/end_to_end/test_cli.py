"""The command line tools against a broker; what they print is what Kafka's tools print.

The expectations were compared line by line with Apache Kafka 4.3.1 and its kafka-*.sh tools.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60


class Broker(Protocol):
    """What these tests need of the fixture."""

    @property
    def bootstrap(self) -> str: ...


class Finished(NamedTuple):
    """A command that ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Finished]


def environment() -> dict[str, str]:
    paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


@pytest.fixture
def run(broker: Broker) -> Run:
    """run("topics", "--list") against the broker; `lines` become standard input."""

    def call(command: str, *arguments: str, lines: bytes = b"") -> Finished:
        words = [sys.executable, "-m", "wirekafka", command, "--bootstrap-server"]
        finished = subprocess.run(
            [*words, broker.bootstrap, *arguments],
            input=lines,
            capture_output=True,
            timeout=TIMEOUT_S,
            env=environment(),
            check=False,
        )
        return Finished(finished.returncode, finished.stdout.decode(), finished.stderr.decode())

    return call


@pytest.fixture
def name() -> str:
    """A topic or group that no other test uses."""
    return f"cli-{uuid.uuid4().hex[:8]}"


def good(finished: Finished) -> str:
    assert finished.code == 0, finished.err
    return finished.out


def bad(finished: Finished) -> str:
    assert finished.code == 1, finished.out
    assert finished.err.count("\n") == 1, finished.err
    return finished.err.removeprefix("wirekafka: ").rstrip("\n")


def test_a_topic_from_creation_to_deletion(run: Run, name: str) -> None:
    created = run(
        "topics", "--create", "--topic", name, "--partitions", "2", "--config", "retention.ms=5000"
    )
    assert good(created) == f"Created topic {name}.\n"
    assert bad(run("topics", "--create", "--topic", name)) == f"Topic '{name}' already exists."
    assert good(run("topics", "--create", "--topic", name, "--if-not-exists")) == ""
    assert name in good(run("topics", "--list", "--exclude-internal")).split()

    assert good(run("topics", "--alter", "--topic", name, "--partitions", "3")) == ""
    reason = f"The topic {name} currently has 3 partition(s); 1 would not be an increase."
    assert bad(run("topics", "--alter", "--topic", name, "--partitions", "1")) == reason

    head, *partitions = good(run("topics", "--describe", "--topic", name)).splitlines()
    assert head.startswith(f"Topic: {name}\tTopicId: ")
    assert "\tPartitionCount: 3\tReplicationFactor: 1\tConfigs: " in head
    assert "retention.ms=5000" in head
    assert partitions[2] == (
        f"\tTopic: {name}\tPartition: 2\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \tLastKnownElr: "
    )
    (row,) = json.loads(good(run("topics", "--describe", "--topic", name, "--json")))
    assert row["partitions"][0] == {
        "partition": 0, "leader": 1, "replicas": [1], "isr": [1], "elr": [], "last_known_elr": [],
    }  # fmt: skip

    assert good(run("topics", "--delete", "--topic", name)) == ""
    assert name not in good(run("topics", "--list")).split()
    missing = f"Topic '{name}' does not exist as expected"
    assert bad(run("topics", "--describe", "--topic", name)) == missing
    assert good(run("topics", "--delete", "--topic", name, "--if-exists")) == ""


def test_records_go_in_and_come_out(run: Run, name: str) -> None:
    good(run("topics", "--create", "--topic", name))
    produce = ("console-producer", "--topic", name, "--property", "parse.key=true")
    good(run(*produce, "--property", "key.separator=:", lines=b"k1:v1\nk2:v2\n"))
    good(run(*produce, "--property", "parse.headers=true", lines=b"h:a,i:b\tk3\tv3"))
    good(run("console-producer", "--topic", name, "--sync", lines=b"plain\r\n"))

    wanted = [f"print.{part}=true" for part in ("key", "offset", "partition", "headers")]
    properties = [word for text in wanted for word in ("--property", text)]
    consume = ("console-consumer", "--topic", name, "--from-beginning")
    finished = run(*consume, "--max-messages", "4", *properties)
    assert good(finished).splitlines() == [
        "Partition:0\tOffset:0\tNO_HEADERS\tk1\tv1",
        "Partition:0\tOffset:1\tNO_HEADERS\tk2\tv2",
        "Partition:0\tOffset:2\th:a,i:b\tk3\tv3",
        "Partition:0\tOffset:3\tNO_HEADERS\tnull\tplain",
    ]
    assert finished.err.endswith("Processed a total of 4 messages\n")

    at = run("console-consumer", "--topic", name, "--partition", "0", "--offset", "2",
             "--max-messages", "1", "--json")  # fmt: skip
    assert json.loads(good(at))["value"] == "v3"
    reason = "No key separator found on line number 1: 'nokey'"
    assert bad(run(*produce, lines=b"nokey\n")) == reason


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd", "none"])
def test_every_codec(run: Run, name: str, codec: str) -> None:
    lines = b"".join(b"line %d\n" % number for number in range(2_000))
    good(run("topics", "--create", "--topic", name))
    good(run("console-producer", "--topic", name, "--compression-codec", codec, lines=lines))
    consumed = run(
        "console-consumer", "--topic", name, "--from-beginning", "--max-messages", "2000"
    )
    assert good(consumed).encode() == lines


def test_a_reader_that_leaves_early_ends_the_consumer_silently(
    run: Run, broker: Broker, name: str
) -> None:
    good(run("topics", "--create", "--topic", name))
    good(run("console-producer", "--topic", name, lines=b"x" * 100 + b"\n" + b"y\n" * 50_000))
    words = [sys.executable, "-m", "wirekafka", "console-consumer", "--bootstrap-server"]
    words += [broker.bootstrap, "--topic", name, "--from-beginning", "--timeout-ms", "20000"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        complaints = process.stderr.read().decode()
        process.wait(TIMEOUT_S)
    assert "Traceback" not in complaints
    assert "Exception" not in complaints


def test_get_offsets(run: Run, name: str) -> None:
    good(run("topics", "--create", "--topic", name, "--partitions", "2"))
    good(run("console-producer", "--topic", name, "--sync", lines=b"a\nb\n"))
    rows = [line.split(":") for line in good(run("get-offsets", "--topic", name)).splitlines()]
    assert [row[:2] for row in rows] == [[name, "0"], [name, "1"]]
    assert sum(int(row[2]) for row in rows) == 2
    assert good(run("get-offsets", "--topic", name, "--time", "-2", "--partitions", "1")) == (
        f"{name}:1:0\n"
    )
    assert good(run("get-offsets", "--topic", name, "--time", "99999999999999")) == ""
    assert "Could not match" in bad(run("get-offsets", "--topic", name + "-none"))
    assert good(run("get-offsets", "--topic-partitions", f"{name}:1-,none:0", "--time", "-2")) == (
        f"{name}:1:0\n"
    )
    reason = "--topic-partitions cannot be used with --topic or --partitions"
    assert bad(run("get-offsets", "--topic-partitions", name, "--topic", name)) == reason


def test_describing_chosen_topics_and_partitions(run: Run, name: str) -> None:
    create = ("topics", "--create", "--topic", name)
    good(run(*create, "--replica-assignment", "1,1"))
    topic_id = good(run("topics", "--describe", "--topic", name)).split("\t")[1].split()[1]
    by_id = good(run("topics", "--describe", "--topic-id", topic_id))
    assert by_id.count(f"Topic: {name}\t") == 3
    at_least = good(run("topics", "--describe", "--topic", name, "--at-min-isr-partitions"))
    assert [line.split("\t")[2] for line in at_least.splitlines()] == [
        "Partition: 0", "Partition: 1",
    ]  # fmt: skip
    for report in ("under-replicated", "unavailable", "under-min-isr"):
        assert good(run("topics", "--describe", f"--{report}-partitions", "--topic", name)) == ""
    paged = run("topics", "--describe", "--topic", name, "--partition-size-limit-per-response", "1")
    assert good(paged).count("\tPartition: ") == 2

    alter = ("topics", "--alter", "--topic", name, "--partitions", "3", "--replica-assignment")
    nobody = "The manual partition assignment includes broker 7, but no such broker is registered."
    assert bad(run(*alter, "1,1,7")) == nobody
    assert good(run(*alter, "1,1,1")) == ""
    missing = "TopicId 'AAAAAAAAAAAAAAAAAAAAAQ' does not exist as expected"
    assert bad(run("topics", "--describe", "--topic-id", "AAAAAAAAAAAAAAAAAAAAAQ")) == missing
    assert good(run("topics", "--describe", "--topics-with-overrides", "--topic", name)) != ""


def test_numbers_as_java_writes_them(run: Run, name: str) -> None:
    good(run("topics", "--create", "--topic", name))
    good(run("console-producer", "--topic", name, "--request-required-acks", "all",
             lines=(7).to_bytes(8, "big") + b"\n"))  # fmt: skip
    consume = ("console-consumer", "--topic", name, "--from-beginning", "--max-messages", "1")
    package = "org.apache.kafka.common.serialization"
    assert good(run(*consume, "--value-deserializer", f"{package}.LongDeserializer")) == "7\n"
    finished = run(*consume, "--property", "value.deserializer=IntegerDeserializer")
    assert "8 bytes are not the 4 of IntegerDeserializer" in finished.err
    assert finished.code == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "command", [["topics", "--list"], ["configs", "--describe", "--broker", "1", "--all"]]
)
def test_a_full_disk_is_one_line(run: Run, name: str, broker: Broker, command: list[str]) -> None:
    good(run("topics", "--create", "--topic", name))
    words = [sys.executable, "-m", "wirekafka", *command, "--bootstrap-server", broker.bootstrap]
    with open("/dev/full", "wb") as full:
        finished = subprocess.run(
            words, stdout=full, stderr=subprocess.PIPE, timeout=TIMEOUT_S, env=environment(),
            check=False,
        )  # fmt: skip
    assert finished.returncode == 1
    assert finished.stderr.count(b"\n") == 1, finished.stderr


def test_an_argument_that_is_no_text_is_refused(run: Run) -> None:
    for command in ("topics", "configs"):
        finished = run(command, "--describe", "--topic", "a\udcff")
        assert finished.code == 1
        assert "Traceback" not in finished.err


def consumed_group(run: Run, name: str) -> None:
    good(run("topics", "--create", "--topic", name))
    good(run("console-producer", "--topic", name, lines=b"a\nb\nc\n"))
    good(run("console-consumer", "--topic", name, "--group", name, "--from-beginning",
             "--max-messages", "3"))  # fmt: skip


def test_a_group_from_first_commit_to_deletion(run: Run, broker: Broker, name: str) -> None:
    consumed_group(run, name)
    assert name in good(run("consumer-groups", "--list")).split()
    described = run("consumer-groups", "--describe", "--group", name)
    title, row = good(described).split("\n")[1:3]
    assert title.split() == [
        "GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID",
        "HOST", "CLIENT-ID",
    ]  # fmt: skip
    assert row.split() == [name, name, "0", "3", "3", "0", "-", "-", "-"]
    assert f"Consumer group '{name}' has no active members." in described.err
    state = good(run("consumer-groups", "--describe", "--group", name, "--state"))
    assert state.split("\n")[2].split() == [name, broker.bootstrap, "(1)", "-", "Empty", "0"]

    reset = ("consumer-groups", "--reset-offsets", "--group", name, "--topic", name)
    planned = good(run(*reset, "--shift-by", "-2"))
    assert planned.split("\n")[2].split() == [name, name, "0", "1"]
    done = json.loads(good(run(*reset, "--to-offset", "99", "--execute", "--json")))
    assert done == [{"group": name, "topic": name, "partition": 0, "new_offset": 3}]
    good(run(*reset, "--to-datetime", "2020-01-01T00:00:00.000", "--execute"))
    (document,) = json.loads(good(run("consumer-groups", "--describe", "--group", name, "--json")))
    assert document["offsets"][0]["current_offset"] == 0
    assert document["offsets"][0]["lag"] == 3

    deleted = run("consumer-groups", "--delete", "--group", name)
    assert good(deleted) == f"Deletion of requested consumer groups ('{name}') was successful.\n"
    assert bad(run("consumer-groups", "--describe", "--group", name)) == f"Group {name} not found."
    again = run("consumer-groups", "--delete", "--group", name)
    assert "The group id does not exist." in bad(again)


def test_configs_of_a_topic(run: Run, name: str) -> None:
    good(run("topics", "--create", "--topic", name))
    entity = ("configs", "--entity-type", "topics", "--entity-name", name)
    altered = run(*entity, "--alter", "--add-config", "retention.ms=9,cleanup.policy=[compact]")
    assert good(altered) == f"Completed updating config for topic {name}.\n"
    assert good(run(*entity, "--describe")).splitlines() == [
        f"Dynamic configs for topic {name} are:",
        "  cleanup.policy=compact sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:"
        "cleanup.policy=compact, DEFAULT_CONFIG:log.cleanup.policy=delete}",
        "  retention.ms=9 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=9}",
    ]
    good(run(*entity, "--alter", "--delete-config", "retention.ms,cleanup.policy"))
    assert json.loads(good(run(*entity, "--describe", "--json"))) == {name: {}}
    every = json.loads(good(run(*entity, "--describe", "--all", "--json")))
    assert every[name]["retention.ms"]["source"] == "DEFAULT_CONFIG"
    unknown = run(*entity, "--alter", "--add-config", "no.such=1")
    assert bad(unknown) == "Unknown topic config name: no.such"
    assert good(run("configs", "--topic", name + "-none", "--describe")) == (
        f"The topic '{name}-none' doesn't exist and doesn't have dynamic config.\n"
    )


def test_configs_of_brokers(run: Run) -> None:
    fixed = run("configs", "--broker", "1", "--alter", "--add-config", "num.partitions=9")
    assert bad(fixed) == "Cannot update these configs dynamically: [num.partitions]"
    default = ("configs", "--entity-type", "brokers", "--entity-default")
    good(run(*default, "--alter", "--add-config", "log.cleaner.backoff.ms=14000"))
    shown = good(run(*default, "--describe"))
    assert shown.startswith("Default configs for brokers in the cluster are:\n")
    assert "  log.cleaner.backoff.ms=14000 sensitive=false " in shown
    good(run(*default, "--alter", "--delete-config", "log.cleaner.backoff.ms"))
    assert "log.cleaner.backoff.ms" not in good(run(*default, "--describe"))


def test_ready(run: Run) -> None:
    assert " is ready: " in good(run("ready", "--wait", "5"))


def test_ready_says_why_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    words = [sys.executable, "-m", "wirekafka", "ready", "--bootstrap-server", address]
    finished = subprocess.run(
        words, capture_output=True, timeout=TIMEOUT_S, env=environment(), check=False
    )
    assert finished.returncode == 1
    assert f"{address} is not ready: " in finished.stderr.decode()


def answer_once(server: socket.socket, answer: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(1024)
        connection.sendall(answer)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "is not Kafka's"),
        (b"", "closed without an answer"),
        (b"\0\0\0\x0a\0\0\0\x09\0\0\0\0\0\0", "wrong correlation id"),
    ],
)
def test_ready_is_not_fooled_by_other_servers(answer: bytes, reason: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_once, args=(server, answer))
        thread.start()
        address = f"127.0.0.1:{server.getsockname()[1]}"
        words = [sys.executable, "-m", "wirekafka", "ready", "--bootstrap-server", address]
        finished = subprocess.run(
            words, capture_output=True, timeout=TIMEOUT_S, env=environment(), check=False
        )
        thread.join(TIMEOUT_S)
    assert finished.returncode == 1
    assert reason in finished.stderr.decode()

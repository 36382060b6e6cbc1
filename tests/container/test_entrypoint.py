"""What the image runs for `docker run IMAGE …`, and what it makes of its environment."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from wirekafka_protocol.uuids import uuid_from_text

from wirekafka.cli.main import COMMANDS

ENTRY = "wirekafka-entrypoint"
FREE = {"KAFKA_LISTENERS": "PLAINTEXT://127.0.0.1:0"}
STARTED = "Kafka Server started"
WAIT_S = 20
STORAGE = ("kafka-storage", "format")


def test_every_command_of_wirekafka_is_one_of_the_image(image: Any) -> None:
    text = image.path(f"/usr/local/bin/{ENTRY}").read_text()
    table = re.search(r'^"" \|.*?esac', text, re.DOTALL | re.MULTILINE)
    assert table is not None
    words = set(re.findall(r"[a-z]+(?:-[a-z]+)*(?= \||\))", table[0]))
    assert words == set(COMMANDS) - {"serve"}


@pytest.mark.parametrize("words", [(), ("serve",), ("--set", "num.partitions=3")])
def test_the_broker_runs_and_keeps_its_data_in_the_volume(image: Any, words: Any) -> None:
    running = image.start(ENTRY, *words, **FREE)
    running.says(STARTED)
    assert running.stop() == 0
    assert (image.path("/var/lib/kafka/data") / "meta.properties").exists()
    assert not (image.path("/var/lib/kafka") / "wirekafka-data").exists()


def test_a_directory_that_is_named_wins_over_the_volume(image: Any, tmp_path: Path) -> None:
    running = image.start(ENTRY, KAFKA_LOG_DIRS=str(tmp_path / "other"), **FREE)
    running.says(STARTED)
    assert (tmp_path / "other" / "meta.properties").exists()
    assert list(image.path("/var/lib/kafka/data").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("topics", "--help"), 0, "usage: wirekafka topics"),
        (("groups", "--help"), 0, "usage: wirekafka groups"),  # and not the program of that name
        (("sh", "-c", "echo $0 $PWD"), 0, "sh /"),
        (("kafka-topics", "--help"), 0, "usage: wirekafka topics"),
        (("kafka-topics.sh", "--help"), 0, "usage: wirekafka topics"),
        (("/opt/kafka/bin/kafka-consumer-groups.sh", "--help"), 0, "wirekafka consumer-groups"),
        (("no-such-program",), 127, "no-such-program"),
    ],
)
def test_other_words_are_programs(image: Any, words: Any, code: int, says: str) -> None:
    done = image.run(ENTRY, *words)
    assert done.returncode == code, done.stderr
    assert says in done.stdout + done.stderr


def test_every_tool_of_kafka_has_its_names(image: Any) -> None:
    """All commands but those that Kafka does not have."""
    ours = {"serve", "ready", "doctor", "record", "replay", "completion"}
    for command in set(COMMANDS) - ours:
        for name in (f"usr/local/bin/kafka-{command}", f"usr/local/bin/kafka-{command}.sh",
                     f"opt/kafka/bin/kafka-{command}.sh"):  # fmt: skip
            assert os.access(image.root / name, os.X_OK), name
    links = [path for path in image.root.rglob("kafka-*") if path.is_symlink()]
    assert [link for link in links if not link.exists()] == []


def test_wrong_variables_stop_the_start_with_one_line(image: Any) -> None:
    done = image.run(ENTRY, KAFKA_NUM_PARTITON="3")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "wirekafka serve: KAFKA_NUM_PARTITON: unknown config num.partiton,"
        " did you mean num.partitions?"
    ]


@pytest.mark.parametrize(
    ("variables", "hint"),
    [
        ({}, "9092"),
        ({"WIREKAFKA_ADVERTISED_PORT": "32768"}, "32768"),
        ({"WIREKAFKA_ADVERTISED_PORT": ""}, ""),
        ({"KAFKA_LISTENERS": "PLAINTEXT://:19092"}, "none"),
        ({"KAFKA_CFG_LISTENERS": "PLAINTEXT://:19092"}, "none"),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "none"),
    ],
)
def test_the_published_port_is_taken_to_be_the_usual_one(
    image: Any, variables: dict[str, str], hint: str
) -> None:
    """Unless it is said, listeners are set, or it is a pod."""
    program = image.path("/usr/local/bin/wirekafka")
    program.write_text('#!/bin/sh\necho "hint=${WIREKAFKA_ADVERTISED_PORT-none}"\n')
    assert image.run(ENTRY, **variables).stdout == f"hint={hint}\n"


def test_the_control_port_and_the_seed_are_variables(image: Any, tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("topics: [{name: orders, partitions: 2}]")
    variables = {"WIREKAFKA_CONTROL": "127.0.0.1:0", "WIREKAFKA_SEED": str(seed)}
    running = image.start(ENTRY, **variables, **FREE)
    running.says("seeded .* topics=1")
    running.says(r"control port at http://127\.0\.0\.1:\d+")


def test_a_token_alone_opens_the_control_port_to_the_network(private_image: Any) -> None:
    running = private_image.start(ENTRY, WIREKAFKA_CONTROL_TOKEN="secret")
    running.says(r"control port at http://0\.0\.0\.0:9094")
    running.says(r"listening on \S+:9092")


def test_a_file_that_is_mounted_is_read(private_image: Any) -> None:
    """As the image of Apache Kafka does; the environment wins."""
    properties = private_image.root / "mnt/shared/config/server.properties"
    properties.write_text("listeners=PLAINTEXT://:19092\nnode.id=7\n")
    running = private_image.start(ENTRY, KAFKA_NODE_ID="8")
    running.says(r"listening on \S+:19092")
    running.says(r"\[KafkaServer id=8\] started")


def test_it_runs_as_the_user_of_the_image(private_image: Any) -> None:
    """Who may write what start scripts write, and nothing else."""
    running = private_image.start("sh", "-c", "id -u; touch /usr/local/bin/x; pwd")
    number = running.says(r"^(\d+)$")[1]
    assert number == "1000" or not private_image.has_users
    if private_image.has_users:
        running.says("Permission denied")
    running.says("^/var/lib/kafka$")


# -- kafka-storage -------------------------------------------------------------------------------


def test_random_uuid_is_an_id_of_kafka(image: Any) -> None:
    ids = {image.run("kafka-storage", "random-uuid").stdout.strip() for _ in range(5)}
    assert len(ids) == 5
    assert all(len(uuid_from_text(text)) == 16 for text in ids)


def test_a_cluster_id_is_kept_for_the_broker(image: Any) -> None:
    done = image.run(*STORAGE, "-t", "4L6g3nShT-eMCtK--X86sw", "-c", "/x.properties")
    assert done.returncode == 0, done.stderr
    image.start(ENTRY, **FREE).says(STARTED)
    meta = image.path("/var/lib/kafka/data") / "meta.properties"
    assert "cluster.id=4L6g3nShT-eMCtK--X86sw" in meta.read_text()


def test_what_is_formatted_stays_as_it_is(image: Any) -> None:
    image.run(*STORAGE, "-t", "first")
    again = image.run(*STORAGE, "-t", "second")
    assert (again.returncode, "--ignore-formatted" in again.stderr) == (1, True)
    assert image.run(*STORAGE, "-t", "second", "--ignore-formatted").returncode == 0
    assert image.run("kafka-storage", "cluster-id").stdout == "first\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("format",), "--cluster-id ID is needed"),
        (("format", "-t"), "-t needs a value"),
        (("format", "-t", "x", "--add-scram", "SCRAM-SHA-256=[]"), "wirekafka has no --add-scram"),
        (("info",), "'info'"),
        ((), "''"),
    ],
)
def test_what_it_cannot_do_is_said(image: Any, words: Any, says: str) -> None:
    done = image.run("kafka-storage", *words)
    assert done.returncode == 1
    assert says in done.stderr


# -- zookeeper-server-start ----------------------------------------------------------------------


def test_the_port_that_some_libraries_wait_for_is_open(image: Any) -> None:
    """testcontainers for Node 11 does, unless it is told withKraft()."""
    properties = image.path("/var/lib/kafka") / "zookeeper.properties"
    properties.write_text("dataDir=data\nclientPort=0\n")
    running = image.start("zookeeper-server-start", properties.name)
    port = int(running.says(r"port (\d+) is open")[1])
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", port), timeout=WAIT_S) as connection:
            assert connection.recv(1) == b""
    assert running.stop() == 0


def test_a_port_that_cannot_be_opened_is_said(image: Any) -> None:
    properties = image.path("/var/lib/kafka") / "zookeeper.properties"
    properties.write_text("clientPort=many\n")
    done = image.run("zookeeper-server-start", properties.name)
    assert done.returncode == 1
    assert "port many stays closed" in done.stderr

"""What testcontainers puts in the place of the image's command, in six languages.

Each library starts the container with a shell that waits for a file, learns the port that was
given to it, writes a script with the right KAFKA_ADVERTISED_LISTENERS, and waits for a line in the
log. Here these scripts are made from the steps that they consist of; where they differ is in the
table.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest

RECOVERED = "Transitioning from RECOVERY to RUNNING"
ONE_STARTED = r"\[KafkaServer id=\d+\] started"
STARTED = "Kafka Server started"

CONFIGURE = "/etc/confluent/docker/configure"
FORMAT = f"echo 'kafka-storage format --ignore-formatted -t {{}} -c /x.properties' >> {CONFIGURE}"
NO_CHECKS = "echo '' > /etc/confluent/docker/ensure"
NO_ZOOKEEPER = f"sed -i '/KAFKA_ZOOKEEPER_CONNECT/d' {CONFIGURE}"
ZOOKEEPER = (
    "echo 'clientPort=0' > zookeeper.properties",
    "zookeeper-server-start zookeeper.properties &",
)
CONFLUENT_STEPS = (CONFIGURE, "/etc/confluent/docker/launch")
MAPPED_PORT = 32768
CLUSTER = "4L6g3nShT-eMCtK--X86sw"


@dataclass(frozen=True)
class Start:
    """A library: its file, its shells, its steps, the line that it waits for."""

    path: str
    steps: tuple[str, ...]
    says: str = RECOVERED
    waits: str = "sh"
    by: str = ""
    """The interpreter that is named when the script is run; none: its first line says."""
    broker: str = "$(hostname)"
    behind: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    cluster: str | None = None


KRAFT = {
    "KAFKA_PROCESS_ROLES": "broker,controller",
    "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "KAFKA_NODE_ID": "1",
}
OLD = {"KAFKA_ZOOKEEPER_CONNECT": "localhost:2181"}

STARTS = {
    "java, apache/kafka": Start(
        "/tmp/testcontainers_start.sh",
        ("/etc/kafka/docker/run",),
        variables=KRAFT | {"CLUSTER_ID": CLUSTER},
        cluster=CLUSTER,
    ),
    "java, cp-kafka": Start(
        "/tmp/testcontainers_start.sh",
        ("/etc/confluent/docker/run",),
        variables=KRAFT | {"CLUSTER_ID": CLUSTER},
        cluster=CLUSTER,
    ),
    "java, cp-kafka, older": Start(
        "/testcontainers_start.sh",
        (NO_ZOOKEEPER, FORMAT.format(f'"{CLUSTER}"'), NO_CHECKS, "/etc/confluent/docker/run"),
        says=STARTED,
        variables=KRAFT,
        cluster=CLUSTER,
    ),
    "python, with ZooKeeper": Start(
        "/tc-start.sh",
        (*ZOOKEEPER, "export KAFKA_ZOOKEEPER_CONNECT='localhost:2181'",
         ". /etc/confluent/docker/bash-config", *CONFLUENT_STEPS),
        says=ONE_STARTED,
        by="sh",
        broker="$(hostname -i)",
    ),
    "python, KRaft": Start(
        "/tc-start.sh",
        (NO_ZOOKEEPER, FORMAT.format("q1Sh+/ISia9ZZZZZZZZZZQ=="),
         ". /etc/confluent/docker/bash-config", *CONFLUENT_STEPS),
        says=STARTED,
        by="sh",
        broker="$(hostname -i)",
        variables=KRAFT | {"CLUSTER_ID": "q1Sh+/ISia9ZZZZZZZZZZQ=="},
        cluster="q1Sh+/ISia9ZZZZZZZZZZQ==",
    ),
    "go": Start(
        "/usr/sbin/testcontainers_start.sh",
        ("source /etc/confluent/docker/bash-config", NO_ZOOKEEPER,
         FORMAT.format('"$(kafka-storage random-uuid)"'), NO_CHECKS, *CONFLUENT_STEPS),
        by="bash",
        variables=KRAFT | {"KAFKA_REST_BOOTSTRAP_SERVERS": "PLAINTEXT://0.0.0.0:9093"},
    ),
    "node, KRaft": Start(
        "/testcontainers_start.sh",
        ("/etc/confluent/docker/run",),
        variables=KRAFT | {
            "CLUSTER_ID": CLUSTER,
            "KAFKA_CONFLUENT_SUPPORT_METRICS_ENABLE": "false",
        },
        cluster=CLUSTER,
    ),
    "node, with ZooKeeper": Start(
        "/testcontainers_start.sh",
        (NO_CHECKS, *ZOOKEEPER, "/etc/confluent/docker/run"),
        variables=OLD,
    ),
    ".net": Start(
        "/testcontainers.sh",
        ("exec /etc/kafka/docker/run",),
        says=ONE_STARTED,
        behind=",",
        variables=KRAFT,
    ),
    ".net, with ZooKeeper": Start(
        "/testcontainers.sh",
        (*ZOOKEEPER, NO_CHECKS, "exec /etc/confluent/docker/run"),
        says=ONE_STARTED,
        variables=OLD,
    ),
    "rust, apache/kafka": Start(
        "/opt/kafka/testcontainers_start.sh",
        ("/etc/kafka/docker/run",),
        says=STARTED,
        waits="bash",
        variables=KRAFT,
    ),
}  # fmt: skip

COMMON = {
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": (
        "BROKER:PLAINTEXT,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"
    ),
    "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER",
    "KAFKA_BROKER_ID": "1",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "1",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_LOG_FLUSH_INTERVAL_MESSAGES": str(2**63 - 1),
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
}
"""What the libraries set with the container."""

ASK = """
import sys
from confluent_kafka.admin import AdminClient
found = AdminClient({"bootstrap.servers": sys.argv[1], "log_level": 0}).list_topics(timeout=20)
print(found.cluster_id, *(f"{broker.host}:{broker.port}" for broker in found.brokers.values()))
"""


def listeners(image: Any) -> str:
    """Fixed ports as in a container where the network is ours alone, else free ones."""
    if image.inside_is_private:
        return "PLAINTEXT://0.0.0.0:9093,BROKER://0.0.0.0:9092,CONTROLLER://0.0.0.0:9094"
    return "PLAINTEXT://127.0.0.1:0,BROKER://127.0.0.1:0,CONTROLLER://127.0.0.1:0"


@pytest.mark.parametrize("name", STARTS)
def test_a_start_script_starts_the_broker_with_its_addresses(any_image: Any, name: str) -> None:
    start = STARTS[name]
    variables = COMMON | {"KAFKA_LISTENERS": listeners(any_image)}
    loop = f"echo waiting; while [ ! -f {start.path} ]; do sleep 0.1; done; {start.by} {start.path}"
    running = any_image.start(start.waits, "-c", loop, **variables, **start.variables)
    running.says("waiting")
    advertised = f"PLAINTEXT://localhost:{MAPPED_PORT},BROKER://{start.broker}:9092{start.behind}"
    lines = ["#!/bin/bash", f"export KAFKA_ADVERTISED_LISTENERS={advertised}", *start.steps]
    any_image.write(running, start.path, "\n".join(lines) + "\n")
    address = running.says(r"listening on (\S+)")[1].replace("0.0.0.0", "127.0.0.1")
    running.says(start.says)
    asked = subprocess.run(
        [*any_image.inside(running), sys.executable, "-c", ASK, address],
        capture_output=True,
        text=True,
        timeout=60,
    )
    cluster, told = asked.stdout.split()
    assert told == f"localhost:{MAPPED_PORT}"
    assert cluster == (start.cluster or cluster)
    assert " ERROR " not in "".join(running.lines)

"""A group of three consumers, one of which is killed half way, with each Python client.

Every record is seen, and the committed offsets end where the partitions end. The number of
records can be raised with WIREKAFKA_RECORDS (the acceptance run uses 100,000).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

RECORDS = int(os.environ.get("WIREKAFKA_RECORDS", "20000"))
COMPRESSIONS = ["none", "gzip", "snappy", "lz4", "zstd"]
PARTITIONS = 6
LIMIT_SECONDS = 90
MEMBER = Path(__file__).with_name("group_member.py")


class Member:
    """A consumer process and what it has printed."""

    def __init__(self, client: str, bootstrap: str, topic: str, group: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(MEMBER), client, bootstrap, topic, group],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(self.process.stdout)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


def fill(bootstrap: str, topic: str) -> None:
    """RECORDS records with keys and headers, idempotent, a fifth with each compression."""
    share = RECORDS // len(COMPRESSIONS)
    for turn, compression in enumerate(COMPRESSIONS):
        producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "enable.idempotence": True,
                "compression.type": compression,
                "linger.ms": 20,
            }
        )
        for number in range(turn * share, (turn + 1) * share):
            producer.produce(
                topic,
                key=f"key-{number}",
                value=f"value-{number}",
                partition=number % PARTITIONS,
                headers=[("turn", str(turn))],
            )
            if number % 1000 == 0:
                producer.poll(0)
        assert producer.flush(60) == 0


def wait_until(condition: Any, what: str) -> None:
    """Look every 50 ms until it is so."""
    deadline = time.monotonic() + LIMIT_SECONDS
    tick = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, what
        tick.wait(0.05)


@pytest.mark.parametrize("client", ["kafka-python", "confluent-kafka", "aiokafka"])
def test_a_killed_member_costs_no_record(broker: Any, client: str) -> None:
    topic, group = f"three-{uuid.uuid4().hex[:12]}", f"group-{uuid.uuid4().hex[:12]}"
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(20)
    fill(broker.bootstrap, topic)
    total = RECORDS // len(COMPRESSIONS) * len(COMPRESSIONS)
    members = [Member(client, broker.bootstrap, topic, group) for _ in range(3)]
    try:
        wait_until(lambda: sum(len(m.lines) for m in members) >= total // 2, "half of the records")
        members[0].kill()

        def seen() -> set[str]:
            return {line.split()[2] for member in members for line in list(member.lines)}

        wait_until(lambda: len(seen()) >= total, f"all records; {len(seen())} of {total}")

        def committed() -> int:
            asked = ConsumerGroupTopicPartitions(
                group, [TopicPartition(topic, number) for number in range(PARTITIONS)]
            )
            found = admin.list_consumer_group_offsets([asked])[group].result(20)
            return sum(max(partition.offset, 0) for partition in found.topic_partitions)

        wait_until(lambda: committed() == total, "commits up to the end")
    finally:
        for member in members:
            member.kill()
    lines = [line.split() for member in members for line in member.lines]
    assert {int(number) for _, _, number, _ in lines} == set(range(total))
    assert all(good == "True" for _, _, _, good in lines)
    assert len({(partition, offset) for partition, offset, _, _ in lines}) == total

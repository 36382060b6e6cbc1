"""Around the loops: a producer that numbers the records of the source, consumers of the copies."""

from __future__ import annotations

import threading
import time
import uuid

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
)
from simulating.transactions.checking import Copies, Read
from simulating.transactions.looping import COPY, GROUP, MIRROR, PARTITIONS, SOURCE

QUICK = {
    "reconnect.backoff.ms": 20,
    "reconnect.backoff.max.ms": 200,
    "metadata.recovery.strategy": "none",  # see confluent_loop.py
    "log_level": 0,
}
BURST = 5
PAUSE_S = 0.1
LIMIT_S = 60


def create_topics(address: str) -> None:
    admin = AdminClient({"bootstrap.servers": address, "log_level": 0})
    topics = [NewTopic(topic, PARTITIONS, 1) for topic in (SOURCE, COPY, MIRROR)]
    for future in admin.create_topics(topics).values():
        future.result(LIMIT_S)


def shorten_internal_segments(address: str) -> None:
    """Once they exist, the internal topics get a new segment as soon as one is a second old."""
    admin = AdminClient({"bootstrap.servers": address, "log_level": 0})
    wanted = {"__consumer_offsets", "__transaction_state"}
    limit = time.monotonic() + LIMIT_S
    while not wanted <= admin.list_topics(timeout=LIMIT_S).topics.keys():
        assert time.monotonic() < limit, f"not all of {wanted} were created"
        time.sleep(0.1)
    entry = ConfigEntry("segment.ms", "1000", incremental_operation=AlterConfigOpType.SET)
    resources = [
        ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
        for topic in wanted
    ]
    for future in admin.incremental_alter_configs(resources).values():
        future.result(LIMIT_S)


class Feeder:
    """A thread that produces `<partition>:<number>` to each partition until it is stopped."""

    def __init__(self, address: str) -> None:
        self.counts = [0] * PARTITIONS
        self._producer = Producer(
            {
                "bootstrap.servers": address,
                "enable.idempotence": True,
                "message.timeout.ms": 300_000,
                **QUICK,
            }
        )
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopping.wait(PAUSE_S):
            for partition in range(PARTITIONS):
                for _ in range(BURST):
                    value = f"{partition}:{self.counts[partition]}"
                    self._producer.produce(SOURCE, value, partition=partition)
                    self.counts[partition] += 1
            self._producer.poll(0)

    def stop(self) -> None:
        """The last record is stored when this returns."""
        self._stopping.set()
        self._thread.join()
        left = self._producer.flush(LIMIT_S)
        assert left == 0, f"{left} records of the source were not delivered"


class Reader:
    """A thread that reads both copies from their start, only what is committed."""

    def __init__(self, address: str) -> None:
        self.copies: Copies = {}
        self.size = 0
        self._consumer = copies_reader(address)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopping.is_set():
            for message in self._consumer.consume(500, 0.1):
                if message.error() is None:
                    add(self.copies, message)
                    self.size += 1

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._consumer.close()


def copies_reader(address: str) -> Consumer:
    consumer = Consumer(
        {
            "bootstrap.servers": address,
            "group.id": f"reader-{uuid.uuid4().hex}",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
            "auto.offset.reset": "error",
            "check.crcs": True,
            "fetch.wait.max.ms": 100,
            **QUICK,
        }
    )
    consumer.assign([TopicPartition(t, n, 0) for t in (COPY, MIRROR) for n in range(PARTITIONS)])
    return consumer


def add(copies: Copies, message: object) -> None:
    place = message.topic(), message.partition()  # type: ignore[attr-defined]
    read = Read(
        message.offset(),  # type: ignore[attr-defined]
        message.key().decode(),  # type: ignore[attr-defined]
        message.value().decode(),  # type: ignore[attr-defined]
    )
    copies.setdefault(place, []).append(read)


def read_copies(address: str) -> Copies:
    """All that is committed, up to the end of each partition."""
    consumer = copies_reader(address)
    copies: Copies = {}
    ended: set[tuple[str | None, int | None]] = set()
    limit = time.monotonic() + LIMIT_S
    while len(ended) < 2 * PARTITIONS:
        assert time.monotonic() < limit, f"read to the end: only {ended}"
        for message in consumer.consume(1_000, 0.3):
            if message.error() is not None:
                ended.add((message.topic(), message.partition()))
            else:
                add(copies, message)
    consumer.close()
    return copies


def committed_offsets(address: str) -> list[int]:
    """Of the loops' group, by partition of the source; -1001 where there is none."""
    settings = {"bootstrap.servers": address, "group.id": GROUP, "enable.auto.commit": False}
    consumer = Consumer({**settings, "isolation.level": "read_committed", **QUICK})
    places = [TopicPartition(SOURCE, number) for number in range(PARTITIONS)]
    offsets = [place.offset for place in consumer.committed(places, LIMIT_S)]
    consumer.close()
    return offsets

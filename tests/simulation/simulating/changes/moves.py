"""Replicas move from one log directory to the other, again and again, while they are written."""

from __future__ import annotations

import random
import time

from simulating.changes.asking import ask

from compat.wire import Connection, Message, batch, fetch, list_offsets, produce, read_batches

TOPIC = "moving"
PARTITIONS = 3
SETTLE_LIMIT_S = 60.0


class Moves:
    """Every record says at which offset it is."""

    def __init__(self) -> None:
        self.acknowledged = 0
        self._ends = dict.fromkeys(range(PARTITIONS), 0)
        self._moves = 0

    def step(self, rng: random.Random, connection: Connection) -> None:
        partition = rng.randrange(PARTITIONS)
        if rng.random() < 0.5:
            self._write(rng, connection, partition)
            return
        there = rng.choice(_directories(connection))
        rows = [{"name": TOPIC, "partitions": [partition]}]
        answer = ask(connection, "AlterReplicaLogDirs", 2, dirs=[{"path": there, "topics": rows}])
        (row,) = answer["results"][0]["partitions"]
        assert row["error_code"] == 0, answer
        self._moves += 1

    def check(self, connection: Connection) -> list[str]:
        """All records are there; a move that was broken off is made again or is not."""
        problems = []
        for partition, end in self._ends.items():
            values = _read(connection, partition)
            if len(values) < end or values != [b"%d" % place for place in range(len(values))]:
                problems.append(f"{TOPIC}-{partition}: {len(values)} records, acknowledged {end}")
            self._ends[partition] = len(values)
        return problems

    def settle(self, connection: Connection) -> list[str]:
        """In the end each replica lies in one directory."""
        limit = time.monotonic() + SETTLE_LIMIT_S
        while (places := _places(connection)) and time.monotonic() < limit:
            if sorted(index for index, _ in places) == list(range(PARTITIONS)):
                return []
            time.sleep(0.02)
        return [f"these replicas never arrived: {places}"]

    def _write(self, rng: random.Random, connection: Connection, partition: int) -> None:
        end = self._ends[partition]
        count = rng.randint(1, 50)
        records = batch(*(b"%d" % (end + number) for number in range(count)))
        body = produce(TOPIC, records, partition)
        (row,) = ask(connection, "Produce", 9, **body)["responses"][0]["partition_responses"]
        assert (row["error_code"], row["base_offset"]) == (0, end), row
        self._ends[partition] = end + count
        self.acknowledged += 1


def _directories(connection: Connection) -> list[str]:
    answer = ask(connection, "DescribeLogDirs", 4, topics=[])
    return sorted(row["log_dir"] for row in answer["results"])


def _places(connection: Connection) -> list[tuple[int, bool]]:
    """(partition, whether it is a copy on its way)."""
    answer = ask(connection, "DescribeLogDirs", 4, topics=None)
    rows: list[Message] = [
        row
        for result in answer["results"]
        for topic in result["topics"]
        if topic["name"] == TOPIC
        for row in topic["partitions"]
    ]
    return sorted((row["partition_index"], row["is_future_key"]) for row in rows)


def _read(connection: Connection, partition: int) -> list[bytes]:
    """The values of all records."""
    body = list_offsets(TOPIC, -1, partition=partition)
    (row,) = ask(connection, "ListOffsets", 6, **body)["topics"][0]["partitions"]
    end, values = row["offset"], []
    while len(values) < end:
        body = fetch((TOPIC, len(values)), partition=partition)
        (found,) = ask(connection, "Fetch", 11, **body)["responses"][0]["partitions"]
        assert found["error_code"] == 0, found
        values += _values(found["records"])
    return values


def _values(records: bytes) -> list[bytes]:
    return [row["value"] for one in read_batches(records) for row in one.get("records", ())]

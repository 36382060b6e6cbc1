"""Topics come and go and grow, and partitions are reassigned to where they are."""

from __future__ import annotations

import random
import uuid
from collections.abc import Hashable

from simulating.changes.asking import ask
from simulating.changes.register import Registers

from compat.wire import Connection, Message
from compat.wire.configs import TOPIC, described

NAMES = [f"come-and-go-{number}" for number in range(6)]
MOST_PARTITIONS = 6
_MARK = "retention.ms"
_NO_REASSIGNMENT_IN_PROGRESS = 85


class Topics:
    """A topic is known by the number that it was created with, and has so many partitions."""

    def __init__(self) -> None:
        self.registers = Registers("topic")

    def step(self, rng: random.Random, connection: Connection) -> None:
        name = rng.choice(NAMES)
        known = self.registers.known(name)
        if not isinstance(known, tuple):
            mark, count = str(rng.randint(10**9, 10**12)), rng.randint(1, 3)
            self.registers.ask(name, (mark, count))
            self._acknowledge(name, ask(connection, "CreateTopics", 7, **_new(name, count, mark)))
            return
        mark, count = known
        how = rng.choice(["delete", "grow", "reassign", "reassign"])
        if how == "delete":
            self.registers.ask(name, None)
            rows: list[Message] = [{"name": name, "topic_id": uuid.UUID(int=0)}]
            answer = ask(connection, "DeleteTopics", 6, topics=rows, timeout_ms=30_000)
            self._acknowledge(name, {"topics": answer["responses"]})
        elif how == "grow" and count < MOST_PARTITIONS:
            count = rng.randint(count + 1, MOST_PARTITIONS)
            self.registers.ask(name, (mark, count))
            rows = [{"name": name, "count": count, "assignments": None}]
            answer = ask(connection, "CreatePartitions", 3, topics=rows, timeout_ms=30_000)
            self._acknowledge(name, {"topics": answer["results"]})
        elif how == "reassign":
            _reassign(rng, connection, name, count)

    def _acknowledge(self, name: str, answer: Message) -> None:
        assert answer["topics"][0]["error_code"] == 0, answer
        self.registers.acknowledge(name)

    def check(self, connection: Connection) -> list[str]:
        found: dict[Hashable, object] = {}
        problems = []
        for topic in ask(connection, "Metadata", 12, topics=None)["topics"]:
            if topic["name"] not in NAMES:
                continue
            for row in topic["partitions"]:
                at = row["leader_id"], row["replica_nodes"], row["isr_nodes"]
                if row["error_code"] or at != (1, [1], [1]):
                    problems.append(f"{topic['name']}-{row['partition_index']} is {row}")
            asked = described(TOPIC, topic["name"], _MARK)
            (result,) = ask(connection, "DescribeConfigs", 4, **asked)["results"]
            mark = result["configs"][0]["value"]
            found[topic["name"]] = (mark, len(topic["partitions"]))
        moving = ask(connection, "ListPartitionReassignments", 0, topics=None)["topics"]
        if moving:
            problems.append(f"these are reassigned for ever: {moving}")
        return problems + self.registers.check(found)


def _new(name: str, count: int, mark: str) -> Message:
    configs = [{"name": _MARK, "value": mark}]
    counts = {"num_partitions": count, "replication_factor": 1, "assignments": []}
    return {"topics": [{"name": name, **counts, "configs": configs}], "timeout_ms": 30_000}


def _reassign(rng: random.Random, connection: Connection, name: str, count: int) -> None:
    """To the one broker that there is, or back: there is nothing to go back from."""
    wanted = {index: rng.choice([[1], None]) for index in range(count)}
    rows = [{"partition_index": index, "replicas": to} for index, to in wanted.items()]
    answer = ask(
        connection,
        "AlterPartitionReassignments",
        1,
        topics=[{"name": name, "partitions": rows}],
        timeout_ms=30_000,
    )
    for row in answer["responses"][0]["partitions"]:
        is_back = wanted[row["partition_index"]] is None
        assert row["error_code"] == is_back * _NO_REASSIGNMENT_IN_PROGRESS, answer

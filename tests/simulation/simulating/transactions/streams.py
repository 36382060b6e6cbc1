"""A word count of Kafka Streams with exactly_once_v2, killed and restarted half way.

Random words go in all the time. The application is killed (-9) and started again, once with the
local state it had and once without, and the broker is killed and started again. In the end the
last count of each word is exactly how often it went in, and on the way no count was left out or
came twice: what a read_committed consumer of the output sees of a word are rising counts.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from simulating.broker_process import BrokerProcess
from simulating.transactions.loops import java_program
from simulating.transactions.run import SETTINGS
from simulating.transactions.traffic import LIMIT_S, QUICK

LINES, COUNTS = "lines", "counts"
PARTITIONS = 2
WORDS = [f"word-{number}" for number in range(50)]
WORDS_PER_LINE = 5
LINES_PER_PHASE = 400
DRAIN_LIMIT_S = 90
DISTURBANCES = ("application killed", "broker killed", "application killed, state deleted")


@dataclass(slots=True)
class Summary:
    """What a run did and found."""

    words: int = 0
    results: int = 0
    phases: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def line(self) -> str:
        return (
            f"words={self.words} results={self.results} disturbances={len(self.phases)}"
            f" problems={len(self.problems)}"
        )


def run(base: Path, *, seed: int, say: Callable[[str], None]) -> Summary:
    """One whole run in the empty directory `base`. Raises Missing without Java or the jars."""
    rng = random.Random(seed)
    summary = Summary()
    command = java_program("WordCount", base / "classes")
    broker = BrokerProcess(base / "data", *SETTINGS)
    with ExitStack() as stack:
        broker.start()
        stack.callback(broker.stop)
        admin = AdminClient({"bootstrap.servers": broker.address, **QUICK})
        topics = [NewTopic(topic, PARTITIONS, 1) for topic in (LINES, COUNTS)]
        for future in admin.create_topics(topics).values():
            future.result(LIMIT_S)
        application = _Application(command, broker.address, base)
        stack.callback(application.kill)
        application.start()
        results = _Results(broker.address)
        stack.callback(results.close)
        wanted: Counter[str] = Counter()
        for disturbance in (*DISTURBANCES, "none"):
            wanted += _produce(broker.address, rng)
            # In the middle of its work, not behind it.
            enough = rng.randint(1, len(WORDS) // 2)  # there may be one commit for all lines
            if not results.wait(partial(results.has_changed, enough), DRAIN_LIMIT_S):
                summary.problems.append(f"no results any more before: {disturbance}")
                break
            if disturbance == "broker killed":
                broker.kill()
                broker.start()
            elif disturbance != "none":
                application.kill()
                if disturbance.endswith("state deleted"):
                    shutil.rmtree(application.state)
                application.start()
            results.changed = 0
            summary.phases.append(disturbance)
            say(f"streams: {disturbance} after {results.seen} results")
        if not results.wait(lambda: results.counts == wanted, DRAIN_LIMIT_S):
            wrong = {
                word: (results.counts[word], count)
                for word, count in wanted.items()
                if results.counts[word] != count
            }
            summary.problems.append(f"counts differ (found, wanted): {wrong}; {application.said()}")
        summary.problems += results.problems
        summary.words, summary.results = wanted.total(), results.seen
        log = broker.log()
        if "Traceback" in log:
            summary.problems.append(f"in the broker's log: {log[log.index('Traceback') :][:1500]}")
    return summary


class _Application:
    """The process of the word count."""

    def __init__(self, command: list[str], address: str, base: Path) -> None:
        self.state = base / "state"
        self._command = [*command, address, str(self.state)]
        self._log = base / "application.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """kill -9; nothing when it does not run."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def said(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]


class _Results:
    """What a read_committed consumer sees of the output."""

    def __init__(self, address: str) -> None:
        self.counts: Counter[str] = Counter()
        self.seen = 0
        self.changed = 0
        self.problems: list[str] = []
        self._consumer = Consumer(
            {
                "bootstrap.servers": address,
                "group.id": "results",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "error",
                **QUICK,
            }
        )
        self._consumer.assign([TopicPartition(COUNTS, number, 0) for number in range(PARTITIONS)])

    def wait(self, good: Callable[[], bool], limit_s: float) -> bool:
        """Read until it is good; False when the time is over."""
        end = time.monotonic() + limit_s
        while not good():
            if time.monotonic() > end:
                return False
            for message in self._consumer.consume(500, 0.1):
                if message.error() is None:
                    self._add(message.key().decode(), int(message.value()))
        return True

    def _add(self, word: str, count: int) -> None:
        # A commit may pass on only the newest count of a word, so there may be gaps.
        if count <= self.counts[word]:
            self.problems.append(f"{word}: {count} after {self.counts[word]}")
        self.counts[word] = count
        self.seen += 1
        self.changed += 1

    def has_changed(self, count: int) -> bool:
        """Whether so many results have come since `changed` was set to 0."""
        return self.changed >= count

    def close(self) -> None:
        self._consumer.close()


def _produce(address: str, rng: random.Random) -> Counter[str]:
    """The words that went in."""
    producer = Producer({"bootstrap.servers": address, "enable.idempotence": True, **QUICK})
    words: Counter[str] = Counter()
    for number in range(LINES_PER_PHASE):
        line = rng.choices(WORDS, k=WORDS_PER_LINE)
        words.update(line)
        producer.produce(LINES, " ".join(line), partition=number % PARTITIONS)
    left = producer.flush(LIMIT_S)
    assert left == 0, f"{left} lines were not delivered"
    return words

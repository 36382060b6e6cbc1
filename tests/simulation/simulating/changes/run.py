"""kill -9 while metadata and groups are changed; whatever was acknowledged is there afterwards.

One thread for each kind of change (settings.py, topics.py, moves.py, static_groups.py) asks for
one after the other, over a connection of its own. Each round the broker is killed once so many of
them are acknowledged, sometimes while it starts as well, and started on the same port and data;
then everything is asked for and compared with what was acknowledged (register.py).

The seed decides what is asked for, and after how many answers the broker is killed.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from simulating.broker_process import BrokerProcess
from simulating.changes import moves, settings, static_groups
from simulating.changes.asking import GoneError, ask, connected
from simulating.changes.moves import Moves
from simulating.changes.settings import Configs, Credentials, Quotas
from simulating.changes.static_groups import StaticGroups
from simulating.changes.topics import Topics

from compat.wire import Connection, create_topics

SETTINGS = (
    "group.initial.rebalance.delay.ms=0",
    "offsets.topic.num.partitions=4",
    "log.initial.task.delay.ms=0",
)
PROGRESS_LIMIT_S = 60.0
_POLL_S = 0.001

Say = Callable[[str], None]


class Changes(Protocol):
    """One kind of change. `step` asks for one, `check` compares; both may raise GoneError."""

    def step(self, rng: random.Random, connection: Connection) -> None: ...

    def check(self, connection: Connection) -> list[str]: ...


@dataclass(slots=True)
class Summary:
    """What a run did and found."""

    rounds: int = 0
    kills_while_starting: int = 0
    acknowledged: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def line(self) -> str:
        counts = " ".join(f"{name}={count}" for name, count in self.acknowledged.items())
        return (
            f"rounds={self.rounds} kills_while_starting={self.kills_while_starting} {counts}"
            f" problems={len(self.problems)}"
        )


def run(base: Path, *, seed: int, rounds: int, most: int, say: Say) -> Summary:
    """One whole run in the empty directory `base`; `most` changes are acknowledged in a round."""
    rng = random.Random(seed)
    summary = Summary()
    data = base / "data"
    directories = f"log.dirs={data},{base / 'data-2'}"
    broker = BrokerProcess(data, *SETTINGS, directories)
    configs, quotas, credentials = Configs(), Quotas(), Credentials()
    topics, groups, moving = Topics(), StaticGroups(), Moves()
    kinds: tuple[Changes, ...] = (configs, quotas, credentials, topics, groups, moving)

    def counts() -> dict[str, int]:
        return {
            "configs": configs.registers.acknowledged,
            "quotas": quotas.registers.acknowledged,
            "credentials": credentials.registers.acknowledged,
            "topics": topics.registers.acknowledged,
            "groups": groups.acknowledged,
            "moves": moving.acknowledged,
        }

    with ExitStack() as stack:
        broker.start()
        stack.callback(broker.stop)
        _prepare(broker.address)
        for number in range(rounds):
            wanted = sum(counts().values()) + rng.randint(1, most)
            workers = _Workers(kinds, broker.address, f"{seed}-{number}")
            workers.wait_for(counts, wanted, of_each=int(number == rounds - 1))
            broker.kill()
            summary.problems += workers.join()
            if rng.random() < 0.25:
                summary.kills_while_starting += 1
                broker.spawn()
                time.sleep(rng.uniform(0.0, 0.6))
                broker.kill()
            broker.start()
            summary.rounds += 1
            with connected(broker.address) as connection:
                for kind in kinds:
                    summary.problems += kind.check(connection)
            say(f"round {number + 1}: start {broker.start_times_s[-1]:.2f} s, {counts()}")
            if summary.problems:
                break
        with connected(broker.address) as connection:
            summary.problems += moving.settle(connection)
        summary.acknowledged = counts()
        if (code := broker.stop()) != 0:
            summary.problems.append(f"the broker exited with {code}")
        log = broker.log()
        for word in ("Traceback", "ERROR"):
            if word in log:
                at = log.index(word)
                summary.problems.append(f"in the broker's log: {log[at : at + 1500]}")
    return summary


class _Workers:
    """A thread for each kind of change; they end when the broker does."""

    def __init__(self, kinds: Sequence[Changes], address: str, seed: str) -> None:
        self._problems: list[str] = []
        self._threads = [
            threading.Thread(target=self._work, args=(kind, address, f"{seed}-{number}"))
            for number, kind in enumerate(kinds)
        ]
        for thread in self._threads:
            thread.start()

    def wait_for(self, counts: Callable[[], dict[str, int]], wanted: int, of_each: int) -> None:
        """Until so many changes are acknowledged, or one of the threads has failed."""
        limit = time.monotonic() + PROGRESS_LIMIT_S
        while not self._problems:
            found = counts().values()
            if sum(found) >= wanted and min(found) >= of_each:
                return
            if time.monotonic() > limit:
                self._problems.append(f"nothing is acknowledged any more: {counts()}")
            time.sleep(_POLL_S)

    def join(self) -> list[str]:
        """Behind the end of the broker; what went wrong."""
        for thread in self._threads:
            thread.join()
        return self._problems

    def _work(self, kind: Changes, address: str, seed: str) -> None:
        rng = random.Random(seed)
        try:
            with connected(address) as connection:
                while True:
                    kind.step(rng, connection)
        except GoneError:
            return
        except Exception as error:  # whatever it is, the run must end and say so
            self._problems.append(f"{type(kind).__name__}: {error!r}")


def _prepare(address: str) -> None:
    """The topics that stay, and a coordinator that serves."""
    with connected(address) as connection:
        body = create_topics(settings.KEPT_TOPIC)
        body["topics"] += create_topics(moves.TOPIC, partitions=moves.PARTITIONS)["topics"]
        committed = create_topics(static_groups.TOPIC, partitions=static_groups.PARTITIONS)
        body["topics"] += committed["topics"]
        for topic in ask(connection, "CreateTopics", 7, **body)["topics"]:
            assert topic["error_code"] == 0, topic
        asked = {"key_type": 0, "coordinator_keys": static_groups.GROUPS}
        answer = ask(connection, "FindCoordinator", 4, **asked)
        assert all(row["error_code"] == 0 for row in answer["coordinators"]), answer

"""pytest -n in a loop: tests that use the same names at the same time must not meet.

Each test produces one record to the topic that all of them use and reads it in the group that all
of them use, with its own client (librdkafka). A run is green when as many tests passed as there
are, its output has no error, and no broker is left.
"""

from __future__ import annotations

import os
import re
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path

ROOT = Path(__file__).parents[3]
RUN_S = 1200
"""The longest that a run may take; 200 tests with 8 workers take half a minute on two cores."""

END_S, PAUSE_S = 30.0, 0.02

TESTS = """
import pytest
from confluent_kafka import Consumer, Producer


@pytest.mark.parametrize("number", range({tests}))
def test_orders(kafka_bootstrap, number):
    producer = Producer({{"bootstrap.servers": kafka_bootstrap}})
    producer.produce("orders", str(number))
    assert producer.flush(60) == 0
    settings = {{"group.id": "app", "auto.offset.reset": "earliest"}}
    consumer = Consumer({{"bootstrap.servers": kafka_bootstrap, **settings}})
    consumer.subscribe(["orders"])
    message = consumer.poll(60)
    consumer.close()
    assert message.value() == str(number).encode()
    assert message.offset() == 0


def test_where(kafka_broker):
    with open({where!r}, "a") as file:
        file.write(kafka_broker.bootstrap + "\\n")
"""


@dataclass
class Summary:
    """What was seen; the processor time is that of pytest, its workers and the broker's start."""

    rounds: int = 0
    problems: list[str] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def line(self) -> str:
        cpu = f"{min(self.cpu_s):.1f}/{max(self.cpu_s):.1f}" if self.cpu_s else "none"
        return f"rounds={self.rounds} problems={len(self.problems)} cpu_s={cpu}"


def run(
    base: Path, *, rounds: int, tests: int, workers: int, say: Callable[[str], None]
) -> Summary:
    """Run `tests` tests `rounds` times; each run gets a directory below `base`."""
    summary = Summary()
    for number in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        problem = _one_run(base / f"run-{number}", tests, workers)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        summary.cpu_s.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        summary.rounds += 1
        if problem:
            summary.problems.append(f"run {number}: {problem}")
        say(summary.line())
    return summary


def _one_run(directory: Path, tests: int, workers: int) -> str:
    """What is wrong, or nothing."""
    directory.mkdir()
    where = directory / "where"
    (directory / "test_names.py").write_text(TESTS.format(tests=tests, where=str(where)))
    (directory / "pytest.ini").write_text("[pytest]\n")
    is_installed = entry_points(group="pytest11", name="wirekafka")
    plugin = "wirekafka" if is_installed else "wirekafka.testing.plugin"
    command = [sys.executable, "-P", "-m", "pytest", "-p", plugin, "-p", "no:cacheprovider", "-q"]
    command += ["-n", str(workers), f"--basetemp={directory / 'base'}", str(directory)]
    paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
    outside = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        command,
        cwd=directory,
        env={**outside, "PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_S,
    )
    told = done.stdout + done.stderr
    if done.returncode or not re.search(rf"\b{tests + 1} passed in", told):
        return told[-4000:]
    address = where.read_text().strip()
    return "" if _is_gone(address) else f"the broker at {address} is still there"


def _is_gone(address: str) -> bool:
    """It ends by itself when the last worker has."""
    host, _, port = address.rpartition(":")
    deadline = time.monotonic() + END_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), timeout=END_S).close()
        except ConnectionRefusedError:
            return True
        time.sleep(PAUSE_S)
    return False

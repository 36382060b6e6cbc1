"""Rows of the test instrument: what a test author waits for, and what nobody should notice.

No other broker has a part in them. Each starts brokers of its own by `wirekafka.testing`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from statistics import median
from time import perf_counter

from wirekafka.testing import Broker

from . import client, load
from .client import Address, BenchError
from .figures import Scale
from .load import Figures
from .process import cpu_seconds, rss_bytes
from .steady import WINDOW
from .target import ROOT, Target
from .watched import Watched

TOPICS = 50
RESET_RECORDS = 10_000
RESET_GROUPS = 5
FORK_BATCHES = 1_000
FORK_VALUE_BYTES = 100_000
REPEATS = 7
NAMESPACES = 50
WARM_NAMESPACES = 10
PAIRS = 8
PROJECT_LIMIT_S = 60

FIRST_TEST = """
import time

collected = time.perf_counter()


def test_first(kafka_bootstrap):
    with open("waited", "w") as file:
        file.write(str(time.perf_counter() - collected))
"""


def first_test(_: Target, __: Scale, directory: Path) -> Figures:
    """A project with one test that uses the broker, run by pytest as its author would."""
    directory.mkdir(parents=True)
    (directory / "test_first.py").write_text(FIRST_TEST)
    _pytest(directory)
    waited_s = float((directory / "waited").read_text())
    command = "import pytest, wirekafka; import wirekafka.testing.plugin"
    told = _python(directory, "-X", "importtime", "-c", command).stderr
    found = re.search(r"\|\s*(\d+) \|\s*wirekafka\.testing\.plugin$", told, re.MULTILINE)
    if found is None:
        raise BenchError("the import of the plugin was not told")
    return {"first_test_s": waited_s, "import_ms": int(found[1]) / 1000}


def reset(_: Target, scale: Scale, __: Path) -> Figures:
    """All of 50 topics, 10,000 records and 5 groups, over HTTP."""
    names = [f"topic-{number}" for number in range(TOPICS)]
    records = [
        {"topic": names[number % TOPICS], "value": f"value {number}"}
        for number in range(scale.count(RESET_RECORDS))
    ]
    offsets = [{"group": f"g-{n}", "topic": names[n], "offset": 7} for n in range(RESET_GROUPS)]

    with Broker() as broker, broker.control as control:

        def seed_and_reset() -> float:
            control.seed(topics=[{"name": name} for name in names], records=records)
            control.seed(offsets=offsets)
            began = perf_counter()
            control.reset()
            return perf_counter() - began

        return {"reset_ms": _typical_ms(seed_and_reset)}


def fork(_: Target, scale: Scale, __: Path) -> Figures:
    """Of a broker with much in one topic, and of one with little in each of many."""
    with Broker() as broker:
        address = Address.parse(broker.bootstrap)
        client.create_topic(address, "large", 1)
        load.run(
            "bulk_produce",
            address,
            topic="large",
            batches=scale.count(FORK_BATCHES),
            partitions=1,
            value_bytes=FORK_VALUE_BYTES,
        )
        large_ms = _typical_ms(lambda: _forked_s(broker))
    with Broker() as broker, broker.control as control:
        names = [f"topic-{number}" for number in range(TOPICS)]
        records = [{"topic": name, "value": "v"} for name in names * 10]
        control.seed(topics=[{"name": name} for name in names], records=records)
        many_ms = _typical_ms(lambda: _forked_s(broker))
    return {"large_ms": large_ms, "many_ms": many_ms}


def namespaces(_: Target, __: Scale, ___: Path) -> Figures:
    """What one more of them costs where there are some."""
    with Broker() as broker:
        began_with = [broker.namespace() for _ in range(WARM_NAMESPACES)]
        rss, cpu, began = rss_bytes(broker.pid), cpu_seconds(broker.pid), perf_counter()
        more = [broker.namespace() for _ in range(NAMESPACES)]
        took_s = perf_counter() - began
        cpu_s = cpu_seconds(broker.pid) - cpu
        grown = rss_bytes(broker.pid) - rss
        for beside in (*began_with, *more):
            beside.close()
    return {
        "memory_kb": grown / NAMESPACES / 1024,
        "cpu_ms": cpu_s / NAMESPACES * 1000,
        "start_ms": took_s / NAMESPACES * 1000,
    }


def recorder(_: Target, scale: Scale, directory: Path) -> Figures:
    """Tiny pipelined Produce where everything is recorded and faults were in force, and where
    nothing of it exists, in turns."""
    directory.mkdir(parents=True)
    cpu_us: dict[bool, list[float]] = {True: [], False: []}
    with (
        Watched(directory / "with", is_watched=True) as watched,
        Watched(directory / "without", is_watched=False) as unwatched,
    ):
        for pair in range(-1, PAIRS):
            turns = ((True, watched), (False, unwatched))
            for is_watched, broker in turns if pair % 2 else reversed(turns):
                topic = f"pair-{pair + 1}"
                broker.create_topic(topic)
                done = load.run(
                    "produce_pipelined",
                    broker.address,
                    topic=topic,
                    seconds=scale.seconds / 2,
                    window=WINDOW,
                    pid=broker.pid,
                )
                if pair >= 0:  # the first one warms up
                    cpu_us[is_watched].append(done["cpu_seconds"] / done["requests"] * 1e6)
    ratios = [ours / bare for ours, bare in zip(cpu_us[True], cpu_us[False], strict=True)]
    return {"of_without": median(ratios), "cpu_us": median(cpu_us[True])}


def _forked_s(broker: Broker) -> float:
    began = perf_counter()
    fork = broker.fork()
    took_s = perf_counter() - began
    fork.close()
    return took_s


def _typical_ms(measure: Callable[[], float]) -> float:
    measure()  # the first imports what it needs
    return median(measure() for _ in range(REPEATS)) * 1000


def _pytest(directory: Path) -> None:
    is_installed = entry_points(group="pytest11", name="wirekafka")
    plugin = "wirekafka" if is_installed else "wirekafka.testing.plugin"
    options = ("-q", "-p", plugin, "-p", "no:cacheprovider", "--basetemp", str(directory / "tmp"))
    _python(directory, "-m", "pytest", *options)


def _python(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    roots = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
    done = subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=directory,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(roots)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PROJECT_LIMIT_S,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"{' '.join(arguments[:3])} failed: {(done.stdout + done.stderr)[-300:]}")
    return done

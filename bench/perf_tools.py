"""Kafka's own kafka-producer-perf-test and kafka-consumer-perf-test, and what their output says.

Each is a process of Java with the options of Kafka's scripts. The rates are those that the tools
print, so the start of Java does not count. A fresh Java compiles while it works: the first records
go at a third of the later rate. The producer therefore gets `WARM_UP_PART` of its records as
warm-up, which its rate leaves out; the consumer has no such option, and its rate, which leaves out
the joining of the group, is the one of a client that is still warming up.
"""

from __future__ import annotations

import re
import subprocess

from compat.targets import TargetError, jars

from .client import Address, BenchError, SkippedError
from .process import cpu_seconds

LIMIT_S = 180  # one million records take 30 s on the slowest machine we know
SILENCE_LIMIT_MS = 30_000  # the consumer's, between two records; a joining group is silent
WARM_UP_PART = 0.2
PRODUCER = "org.apache.kafka.tools.ProducerPerformance"
CONSUMER = "org.apache.kafka.tools.ConsumerPerformance"
JAVA_OPTIONS = ("-Xmx512m", "-XX:+UseG1GC", "-Dkafka.log.level=WARN")
STEADY_STATE = re.compile(r"^(\d+) steady state records sent, ([\d.]+) records/sec", re.MULTILINE)
CONSUMED, FETCH_RATE = "data.consumed.in.nMsg", "fetch.nMsg.sec"

Figures = dict[str, float]


def produce(
    address: Address, topic: str, records: int, *, record_bytes: int, pid: int | None
) -> Figures:
    """Run the producer with its defaults: records per second, the broker's CPU for all records."""
    warm_up = int(records * WARM_UP_PART)
    options = ["--num-records", str(records), "--record-size", str(record_bytes)]
    options += ["--warmup-records", str(warm_up), "--throughput", "-1"]
    printed, cpu_s = _run(PRODUCER, address, topic, options, pid=pid)
    return {"records_per_s": producer_rate(printed, records - warm_up), "cpu_s": cpu_s}


def consume(address: Address, topic: str, records: int, *, pid: int | None) -> Figures:
    """Run the consumer with its defaults, as the only member of a new group."""
    options = ["--num-records", str(records), "--timeout", str(SILENCE_LIMIT_MS)]
    printed, cpu_s = _run(CONSUMER, address, topic, options, pid=pid)
    return {"records_per_s": consumer_rate(printed, records), "cpu_s": cpu_s}


def producer_rate(printed: str, records: int) -> float:
    """Records per second behind the warm-up, which were to be `records`."""
    found = STEADY_STATE.findall(printed)
    if len(found) != 1:
        raise BenchError(f"the producer printed no result: {_last_line(printed)}")
    ((sent, rate),) = found
    if int(sent) != records:
        raise BenchError(f"the producer sent {sent} of {records} records")
    return float(rate)


def consumer_rate(printed: str, records: int) -> float:
    """Records per second of fetching, from the table of one line: names, then numbers.

    It stops behind the poll that gave it enough, so it may have read some records more."""
    lines = [[cell.strip() for cell in line.split(",")] for line in printed.splitlines()]
    names = next((line for line in lines if CONSUMED in line), None)
    if names is None or lines[-1] is names or len(lines[-1]) != len(names):
        raise BenchError(f"the consumer printed no result: {_last_line(printed)}")
    values = dict(zip(names, lines[-1], strict=True))
    if int(values[CONSUMED]) < records:
        raise BenchError(f"the consumer read {values[CONSUMED]} of {records} records")
    return float(values[FETCH_RATE])


def _run(
    tool: str, address: Address, topic: str, options: list[str], *, pid: int | None
) -> tuple[str, float]:
    """What the tool printed, and the broker's CPU seconds meanwhile (0 when its pid is unknown)."""
    try:
        command = [*jars.java_command(*JAVA_OPTIONS), tool]
    except TargetError as reason:
        raise SkippedError(str(reason).splitlines()[0]) from None
    command += ["--bootstrap-server", str(address), "--topic", topic, *options]
    cpu_before = cpu_seconds(pid) if pid else 0.0
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BenchError(f"{tool} was stopped after {LIMIT_S} s") from None
    if done.returncode != 0:
        raise BenchError(f"{tool} failed: {_last_line(done.stdout)}")
    return done.stdout, cpu_seconds(pid) - cpu_before if pid else 0.0


def _last_line(printed: str) -> str:
    return (printed.strip().splitlines() or ["no message"])[-1]

"""Our own load in Java, for what Kafka's tools do not measure: many small transactions.

Java compiles the one source file when it is started, in memory; that takes a JDK, not only a Java
runtime.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from compat.targets import TargetError, jars

from .client import Address, BenchError, SkippedError
from .perf_tools import JAVA_OPTIONS
from .process import TICKS_PER_S

SOURCE = Path(__file__).resolve().parent / "Transactions.java"
LIMIT_S = 120  # a few seconds, and the start of Java on a slow machine
RECORDS = 10  # of a transaction, as in the source
_ENDED_TOO_EARLY = "InvalidTxnStateException"
"""About once in 15,000 transactions kafka-clients 4.3.1 sends EndTxn before the records, when its
sender has looked for records just before there were some: nothing to hold against a broker, for
which a transaction that was not begun cannot be committed."""
RESULT = re.compile(
    r"^transactions all=(\d+) measured=(\d+) seconds=([\d.E-]+) ticks=(\d+)$", re.MULTILINE
)

Figures = dict[str, float]


class EndedTooEarlyError(BenchError):
    """The client's own race; another run, with another topic, may be without it."""


def transactions(address: Address, topic: str, seconds: float, *, pid: int | None) -> Figures:
    """Transactions for `seconds` behind a warm-up of the same length; `records` are of both."""
    try:
        command = [*jars.java_command(*JAVA_OPTIONS), str(SOURCE)]
    except TargetError as reason:
        raise SkippedError(str(reason).splitlines()[0]) from None
    command += [str(address), topic, str(seconds), str(pid or 0)]
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
        raise BenchError(f"the Java load was stopped after {LIMIT_S} s") from None
    if _ENDED_TOO_EARLY in done.stdout:
        raise EndedTooEarlyError("the Java client ended a transaction before it had begun")
    return transaction_figures(done.stdout)


def transaction_figures(printed: str) -> Figures:
    """The result in what the load printed."""
    found = RESULT.search(printed)
    if found is None:
        last = (printed.strip().splitlines() or ["no message"])[-1]
        raise BenchError(f"the Java load printed no result: {last}")
    everything, measured, seconds, ticks = found.groups()
    return {
        "transactions": float(measured),
        "seconds": float(seconds),
        "cpu_seconds": int(ticks) / TICKS_PER_S,
        # Each has a marker in the log, too.
        "records": float(int(everything) * (RECORDS + 1)),
    }

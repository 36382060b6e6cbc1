"""bin/bench: the command line of the benchmark."""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from compat.targets import TargetError, jars

from . import report, results
from .client import BenchError
from .figures import FULL, QUICK, ROWS, Row
from .rounds import run_rows
from .target import Target, Wirekafka, other_target

DESCRIPTION = """\
Measure wirekafka. Alone, the figures are compared with the stored ones (bench/results/latest.json).
With --against the two brokers take turns, and the ratios are compared with what is required; such
a run, unless --quick, is stored and docs/performance.md written again.
Exit codes: 0 measured; 1 a row failed; 2 wrong usage, or a reference that cannot be had.
"""
ROUNDS = 5


def main(arguments: Sequence[str]) -> int:
    """Measure, print, store; the exit code."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _terminated)
    _allow_many_files()
    rows = _selected(options.only)
    scale = QUICK if options.quick else FULL
    rounds = options.rounds or (2 if options.quick else ROUNDS)
    targets: list[Target] = [Wirekafka(tuple(options.serve_option))]
    if options.against:
        try:
            targets.append(other_target(options.against))
            if targets[-1].can_start:
                jars.java_command()  # fetches them: nothing is measured before they are there
        except (TargetError, ValueError) as reason:
            print(f"bin/bench: {reason}", file=sys.stderr)
            return 2
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as directory:
        try:
            outcomes = run_rows(rows, targets, scale, rounds, Path(directory))
        except BenchError as error:
            print(f"bin/bench: {error}", file=sys.stderr)
            return 1
    stored = results.read()
    compared = len(targets) > 1
    print(report.against_table(outcomes) if compared else report.alone_table(outcomes, stored))
    for outcome in outcomes:
        if outcome.skipped:
            print(f"\n{outcome.row.name}: not measured: {outcome.skipped}")
        for name, message in outcome.failures.items():
            print(f"\n{outcome.row.name}: {name} was not measured: {message}")
    if options.save or (compared and not options.quick):
        stored = results.merge(stored, outcomes, options.reference_name if compared else None)
        results.write(stored)
        report.write_document(stored)
    return 1 if any(outcome.failures for outcome in outcomes) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/bench", description=DESCRIPTION)
    parser.add_argument(
        "--against",
        metavar="reference|HOST:PORT[,pid=N]",
        help=f"the real Kafka {jars.VERSION}, started here (needs Java 17 and Maven), or a broker "
        "that runs; without pid its CPU and memory stay unknown",
    )
    parser.add_argument(
        "--reference-name",
        default=f"Apache Kafka {jars.VERSION}",
        metavar="TEXT",
        help="what the document calls the other broker (default: %(default)s)",
    )
    parser.add_argument("--rounds", type=int, metavar="N", help=f"default {ROUNDS}; quick: 2")
    parser.add_argument("--only", metavar="ROW,…", help=", ".join(row.name for row in ROWS))
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, not stored")
    parser.add_argument("--save", action="store_true", help="store the figures in any case")
    parser.add_argument(
        "--serve-option",
        action="append",
        default=[],
        metavar="TEXT",
        help="one more argument for `wirekafka serve`, repeatable",
    )
    return parser


def _selected(only: str | None) -> list[Row]:
    if not only:
        return list(ROWS)
    known = {row.name: row for row in ROWS}
    unknown = [name for name in only.split(",") if name not in known]
    if unknown:
        raise SystemExit(f"no row {', '.join(unknown)}; there are: {', '.join(known)}")
    return [known[name] for name in only.split(",")]


def _allow_many_files() -> None:
    """Hundreds of connections and thousands of log files; brokers inherit the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _terminated(_: int, __: FrameType | None) -> None:
    """SIGTERM unwinds like Ctrl-C, so that the brokers are stopped."""
    raise SystemExit(143)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

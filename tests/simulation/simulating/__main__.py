"""The command line behind bin/simulate. Exit status: 0 nothing found, 1 problems, 2 wrong usage."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from simulating import kill, starts, workers
from simulating.changes import run as changes
from simulating.restores import run as restores
from simulating.seeds import simulation
from simulating.transactions import logs, streams
from simulating.transactions import run as transactions
from simulating.transactions.loops import CLIENTS

from compat.targets import Missing

_MEMORY_DISK = Path("/dev/shm")
"""Where it is there, seeds need not wait for a disk; what a crash does they simulate."""

LOGS_S = 20
"""How long the run takes whose logs are read."""


def main(arguments: list[str]) -> int:
    if arguments and arguments[0] == "--seed":
        arguments = ["seeds", *arguments]
    options = _parser().parse_args(arguments)
    if options.command == "seeds":
        return _seeds(options)
    with tempfile.TemporaryDirectory(prefix="wirekafka-simulate-") as temporary:
        base = options.keep or Path(temporary)
        base.mkdir(parents=True, exist_ok=True)
        if any(base.iterdir()):
            sys.stderr.write(f"bin/simulate: {base} is not empty\n")
            return 2
        try:
            return COMMANDS[options.command](options, base)
        except Missing as reason:
            sys.stderr.write(f"bin/simulate: {reason}\n")
            return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bin/simulate",
        description="The broker's worst days. A summary line names the seed, which repeats what"
        " chance decided. `bin/simulate --seed N` is `bin/simulate seeds --seed N`.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    killing = commands.add_parser("kill", help="kill -9 under load; nothing may be lost")
    killing.add_argument("--rounds", type=int, default=20)
    killing.add_argument(
        "--damage", action="store_true", help="spoil files between kill and restart"
    )
    killing.add_argument(
        "--longest", type=float, default=1.5, metavar="SECONDS", help="a broker's life in a round"
    )
    seeding = commands.add_parser(
        "seeds", help="everything that clients and disks do, against a model of Kafka"
    )
    seeding.add_argument("--seeds", type=int, default=100, metavar="N", help="how many")
    seeding.add_argument("--from", type=int, default=1, dest="first", metavar="N")
    seeding.add_argument("--seed", type=int, metavar="N", help="this one, with its trace")
    seeding.add_argument("--steps", type=int, default=simulation.STEPS)
    seeding.add_argument("--verbose", action="store_true", help="the whole trace, also if good")
    changing = commands.add_parser(
        "changes", help="kill -9 while metadata and static groups are changed; nothing may be lost"
    )
    changing.add_argument("--rounds", type=int, default=20)
    changing.add_argument(
        "--most", type=int, default=600, metavar="N", help="changes acknowledged in a round"
    )
    restoring = commands.add_parser(
        "restores", help="kill -9 while the whole state is kept, restored, forked or reset"
    )
    restoring.add_argument("--rounds", type=int, default=20)
    restoring.add_argument("--topics", type=int, default=24)
    looping = commands.add_parser(
        "transactions", help="consume-transform-produce loops under kill -9, exactly once"
    )
    looping.add_argument("--minutes", type=float, default=10)
    looping.add_argument("--client", choices=CLIENTS, action="append", help="default: all in turn")
    counting = commands.add_parser(
        "streams", help="a word count of Kafka Streams, exactly once, killed half way"
    )
    counting.add_argument("--runs", type=int, default=1, help="seeds from --seed on")
    reading = commands.add_parser(
        "logs", help="kafka-dump-log and the real Kafka read what a run has written"
    )
    reading.add_argument(
        "--data", type=Path, metavar="DIR", help="a data directory at rest; default: a short run's"
    )
    starting = commands.add_parser(
        "starts", help="the first connection to a new broker, at once used for everything"
    )
    starting.add_argument("--rounds", type=int, default=200)
    working = commands.add_parser(
        "workers", help="pytest -n, all tests with the same names; green every time"
    )
    working.add_argument("--rounds", type=int, default=20)
    working.add_argument("--tests", type=int, default=200)
    working.add_argument("--workers", type=int, default=8)
    seeded = (killing, changing, restoring, looping, counting, reading, starting, working)
    for command in seeded:
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--keep", type=Path, metavar="DIR", help="use and keep an empty DIR")
    return parser


def _told(problems: Sequence[str], line: str) -> int:
    """Say how it went; the exit code."""
    for problem in problems:
        _say(f"problem: {problem}")
    _say(line)
    return 1 if problems else 0


def _kill(options: argparse.Namespace, base: Path) -> int:
    summary = kill.run(
        base,
        seed=options.seed,
        rounds=options.rounds,
        damaging=options.damage,
        longest_s=options.longest,
        say=_say,
    )
    return _told(summary.problems, f"kill seed={options.seed} {summary.line()}")


def _starts(options: argparse.Namespace, base: Path) -> int:
    summary = starts.run(base, rounds=options.rounds, say=_say)
    return _told(summary.problems, f"starts {summary.line()}")


def _workers(options: argparse.Namespace, base: Path) -> int:
    summary = workers.run(
        base, rounds=options.rounds, tests=options.tests, workers=options.workers, say=_say
    )
    return _told(summary.problems, f"workers {summary.line()}")


def _changes(options: argparse.Namespace, base: Path) -> int:
    summary = changes.run(
        base, seed=options.seed, rounds=options.rounds, most=options.most, say=_say
    )
    return _told(summary.problems, f"changes seed={options.seed} {summary.line()}")


def _restores(options: argparse.Namespace, base: Path) -> int:
    summary = restores.run(
        base, seed=options.seed, rounds=options.rounds, topics=options.topics, say=_say
    )
    return _told(summary.problems, f"restores seed={options.seed} {summary.line()}")


def _transactions(options: argparse.Namespace, base: Path) -> int:
    failed = False
    clients = options.client or CLIENTS
    for client in clients:
        directory = base / client
        directory.mkdir()
        summary = transactions.run(
            directory,
            seed=options.seed,
            seconds=options.minutes * 60 / len(clients),
            client=client,
            say=_say,
        )
        for problem in summary.problems:
            _say(f"problem: {problem}")
        _say(f"transactions client={client} seed={options.seed} {summary.line()}")
        failed |= bool(summary.problems)
    return 1 if failed else 0


def _streams(options: argparse.Namespace, base: Path) -> int:
    failed = False
    for seed in range(options.seed, options.seed + options.runs):
        directory = base / f"seed-{seed}"
        directory.mkdir()
        began = time.monotonic()
        summary = streams.run(directory, seed=seed, say=_say)
        for problem in summary.problems:
            _say(f"problem: {problem}")
        took_s = time.monotonic() - began
        _say(f"streams seed={seed} {summary.line()} took_s={took_s:.1f}")
        failed |= bool(summary.problems)
    return 1 if failed else 0


def _logs(options: argparse.Namespace, base: Path) -> int:
    data, problems = options.data, []
    if data is None:
        written = base / "written"
        written.mkdir()
        done = transactions.run(
            written, seed=options.seed, seconds=LOGS_S, client=CLIENTS[0], say=_say
        )
        problems += done.problems
        data = written / "data"
    reading = base / "read"
    reading.mkdir()
    summary = logs.run(data, reading)
    problems += summary.problems
    for problem in problems:
        _say(f"problem: {problem}")
    _say(f"logs {summary.line()}")
    return 1 if problems else 0


COMMANDS = {
    "kill": _kill,
    "starts": _starts,
    "workers": _workers,
    "changes": _changes,
    "restores": _restores,
    "transactions": _transactions,
    "streams": _streams,
    "logs": _logs,
}


def _seeds(options: argparse.Namespace) -> int:
    first, count = options.first, options.seeds
    if options.seed is not None:
        first, count = options.seed, 1
    failed = []
    began = time.monotonic()
    for seed in range(first, first + count):
        try:
            result = _seed(seed, options)
        except simulation.Failed as failure:
            failed.append(seed)
            _say(str(failure) if options.seed is not None else str(failure).split("\n")[0])
        else:
            if options.seed is not None:
                _say(f"seed {seed} {result.line()}")
    took_s = time.monotonic() - began
    _say(f"seeds {first}..{first + count - 1} failed={failed or 'none'} took_s={took_s:.0f}")
    return 1 if failed else 0


def _seed(seed: int, options: argparse.Namespace) -> simulation.Result:
    parent = _MEMORY_DISK if _MEMORY_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="wirekafka-simulate-", dir=parent) as temporary:
        say = _say if options.verbose else None
        return simulation.run(Path(temporary), seed=seed, steps=options.steps, say=say)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

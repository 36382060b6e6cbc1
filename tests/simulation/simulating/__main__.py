"""The command line behind bin/simulate. Exit status: 0 nothing found, 1 problems, 2 wrong usage."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from simulating import kill


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="bin/simulate",
        description="Runs the broker against its worst days. The seed is printed, and repeats"
        " what chance decided.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    killing = commands.add_parser("kill", help="kill -9 under load; nothing may be lost")
    killing.add_argument("--rounds", type=int, default=20)
    killing.add_argument("--seed", type=int, default=1)
    killing.add_argument(
        "--damage", action="store_true", help="spoil files between kill and restart"
    )
    killing.add_argument(
        "--longest", type=float, default=1.5, metavar="SECONDS", help="a broker's life in a round"
    )
    killing.add_argument("--keep", type=Path, metavar="DIR", help="use and keep this directory")
    options = parser.parse_args(arguments)
    return _kill(options)


def _kill(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="wirekafka-simulate-") as temporary:
        base = options.keep or Path(temporary)
        base.mkdir(parents=True, exist_ok=True)
        summary = kill.run(
            base,
            seed=options.seed,
            rounds=options.rounds,
            damaging=options.damage,
            longest_s=options.longest,
            say=_say,
        )
    for problem in summary.problems:
        _say(f"problem: {problem}")
    _say(f"kill seed={options.seed} {summary.line()}")
    return 1 if summary.problems else 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

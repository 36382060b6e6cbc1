"""The command line behind bin/simulate. Exit status: 0 nothing found, 1 problems, 2 wrong usage."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from simulating import kill, requests


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="wirekafka-simulate-") as temporary:
        base = options.keep or Path(temporary)
        base.mkdir(parents=True, exist_ok=True)
        if any(base.iterdir()):
            sys.stderr.write(f"bin/simulate: {base} is not empty\n")
            return 2
        return _kill(options, base) if options.command == "kill" else _requests(options, base)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bin/simulate",
        description="The broker's worst days. A summary line names the seed, which repeats what"
        " chance decided.",
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
    asking = commands.add_parser(
        "requests", help="random requests, crashes and clock jumps against a model"
    )
    asking.add_argument("--runs", type=int, default=20, help="seeds from --seed on")
    asking.add_argument("--steps", type=int, default=2000, help="requests of a run, about")
    for command in (killing, asking):
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--keep", type=Path, metavar="DIR", help="use and keep an empty DIR")
    return parser


def _kill(options: argparse.Namespace, base: Path) -> int:
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


def _requests(options: argparse.Namespace, base: Path) -> int:
    failed = []
    for seed in range(options.seed, options.seed + options.runs):
        directory = base / f"seed-{seed}"
        directory.mkdir()
        began = time.monotonic()
        try:
            result = requests.run(directory, seed=seed, steps=options.steps)
        except Exception:
            # Whatever it is, it is what the run was made for; the next seed is another run.
            failed.append(seed)
            _say(f"requests seed={seed} FAILED\n{traceback.format_exc()}")
        else:
            _say(f"requests seed={seed} {result.line()} took_s={time.monotonic() - began:.1f}")
    _say(f"requests runs={options.runs} failed={failed or 'none'}")
    return 1 if failed else 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

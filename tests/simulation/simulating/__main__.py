"""The command line behind bin/simulate. Exit status: 0 nothing found, 1 problems, 2 wrong usage."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from simulating import kill, requests
from simulating.transactions import run as transactions
from simulating.transactions import streams
from simulating.transactions.loops import CLIENTS


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="wirekafka-simulate-") as temporary:
        base = options.keep or Path(temporary)
        base.mkdir(parents=True, exist_ok=True)
        if any(base.iterdir()):
            sys.stderr.write(f"bin/simulate: {base} is not empty\n")
            return 2
        return COMMANDS[options.command](options, base)


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
    looping = commands.add_parser(
        "transactions", help="consume-transform-produce loops under kill -9, exactly once"
    )
    looping.add_argument("--minutes", type=float, default=10)
    looping.add_argument("--client", choices=CLIENTS, action="append", help="default: all in turn")
    looping.add_argument(
        "--protocol", choices=("classic", "consumer"), default="classic", help="of Java's group"
    )
    counting = commands.add_parser(
        "streams", help="a word count of Kafka Streams, exactly once, killed half way"
    )
    counting.add_argument("--runs", type=int, default=1, help="seeds from --seed on")
    for command in (killing, asking, looping, counting):
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
            protocol=options.protocol,
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


COMMANDS = {
    "kill": _kill,
    "requests": _requests,
    "transactions": _transactions,
    "streams": _streams,
}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The command line behind bin/fuzz. Exit status: 0 nothing found, 1 failures, 2 wrong usage."""

from __future__ import annotations

import argparse
import sys

from fuzzing.catalogue import all_messages
from fuzzing.codec import Result, fuzz_message
from fuzzing.frames import API_KEYS
from fuzzing.network import fuzz_broker, loopback_address, summary

SHOWN_FAILURES = 20
LARGEST_COUNT = 1000


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="bin/fuzz",
        description="Damaged requests into the codec, or with --address into a broker on this"
        " machine. The same seed repeats a run exactly.",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--count",
        type=_count,
        help="codec: random messages of each version (1), each damaged in about a hundred ways;"
        " broker: frames for each version (18)",
    )
    parser.add_argument("--only", default="", help="codec: messages whose name has this in it")
    parser.add_argument("--address", type=_address, help="HOST:PORT of a broker, loopback only")
    parser.add_argument("--keys", type=_keys, default=API_KEYS, help="broker: API keys, e.g. 0-11")
    options = parser.parse_args(arguments)
    if options.address is None:
        return _fuzz_codec(options.only, options.seed, options.count or 1)
    rows = fuzz_broker(
        options.address, options.keys, seed=options.seed, count=options.count or 18, say=_say
    )
    _say(summary(rows))
    return 1 if any(row.failures for row in rows) else 0


def _fuzz_codec(only: str, seed: int, rounds: int) -> int:
    result = Result()
    for message in all_messages():
        if only.lower() in message.__name__.lower():
            for version in range(message.VERSIONS.first, message.VERSIONS.last + 1):
                result.add(fuzz_message(message, version, seed=seed, rounds=rounds))
    for failure in result.failures[:SHOWN_FAILURES]:
        _say(str(failure))
    counts = ", ".join(f"{count} {name}" for name, count in sorted(result.counts.items()))
    _say(f"seed {seed}: {counts or 'nothing to do'}; {len(result.failures)} failures")
    return 1 if result.failures or not result.counts else 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _address(text: str) -> tuple[str, int]:
    try:
        return loopback_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= LARGEST_COUNT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {LARGEST_COUNT}")
    return int(text)


def _keys(text: str) -> range:
    first, _, last = text.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY or FIRST-LAST")
    return range(int(first), min(int(last or first), API_KEYS[-1]) + 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The `wirekafka` command: finds the subcommand, imports only its module, runs it.

A command module has `SUMMARY` (one line for the list of commands), `add_arguments(parser)` and
`run(options) -> int`, the exit code. Importing one must stay cheap: clients and other heavy things
are imported inside `run`, so `wirekafka --help` and wrong arguments answer at once.

Exit codes: 0 done, 1 it failed (one line on standard error says why), 2 wrong arguments or a wrong
configuration, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

from wirekafka import __version__
from wirekafka.cli.output import CommandError, complain

if TYPE_CHECKING:
    import argparse

COMMANDS = {
    "serve": "wirekafka.cli.serve",
    "ready": "wirekafka.cli.ready",
    "doctor": "wirekafka.cli.doctor",
    "topics": "wirekafka.cli.topics",
    "console-producer": "wirekafka.cli.console_producer",
    "console-consumer": "wirekafka.cli.console_consumer",
    "consumer-groups": "wirekafka.cli.consumer_groups",
    "get-offsets": "wirekafka.cli.get_offsets",
    "groups": "wirekafka.cli.groups",
    "configs": "wirekafka.cli.configs",
    "delete-records": "wirekafka.cli.delete_records",
    "log-dirs": "wirekafka.cli.log_dirs",
    "transactions": "wirekafka.cli.transactions",
    "broker-api-versions": "wirekafka.cli.broker_api_versions",
    "producer-perf-test": "wirekafka.cli.producer_perf_test",
    "consumer-perf-test": "wirekafka.cli.consumer_perf_test",
    "verifiable-producer": "wirekafka.cli.verifiable_producer",
    "verifiable-consumer": "wirekafka.cli.verifiable_consumer",
    "dump-log": "wirekafka.cli.dump_log",
    "record": "wirekafka.cli.record",
    "replay": "wirekafka.cli.replay",
    "completion": "wirekafka.cli.completion",
}
"""The commands in the order of `--help`, and the modules that hold them."""

_FAILED = 1
_WRONG_ARGUMENTS = 2
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_output()
    try:
        code = _dispatch(words)
        sys.stdout.flush()
    except BrokenPipeError:
        return _without_output()  # the reader (head, less) has what it wanted
    except OSError as error:  # a full disk, mostly
        complain(str(error))
        return _without_output()
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _prepare_output() -> None:
    """Let no character and no closed descriptor be in the way of what is printed."""
    if sys.stdout is None:  # as Python has it when the descriptor is closed
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the exit
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal knows its encoding; in a pipe or a file, JSON has to be UTF-8. What came from
        # bytes that are none (an argument) is shown as an escape.
        encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")


def _without_output() -> int:
    """Python would complain again when it flushes at exit, so nothing is left to flush into."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _FAILED


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0 if words else _WRONG_ARGUMENTS
    if words[0] in ("-V", "--version"):
        print(f"wirekafka {__version__}")
        return 0
    name = words[0]
    if name not in COMMANDS:
        complain(f"there is no command {name!r}{_near(name)}; see wirekafka --help")
        return _WRONG_ARGUMENTS
    module = import_module(COMMANDS[name])
    options = _parser(name, module).parse_args(words[1:])
    try:
        code = module.run(options)
    except CommandError as error:
        complain(str(error))
        return _FAILED
    assert isinstance(code, int), f"{name} returned no exit code"
    return code


def _parser(name: str, module: ModuleType) -> argparse.ArgumentParser:
    from wirekafka.cli.parser import Parser

    parser = Parser(prog=f"wirekafka {name}", description=module.SUMMARY, allow_abbrev=False)
    module.add_arguments(parser)
    return parser


def _overview() -> str:
    lines = ["usage: wirekafka COMMAND [OPTIONS]", "", "A Kafka broker in Python, and its tools."]
    lines += ["", "commands:"]
    for name, module_name in COMMANDS.items():
        if find_spec(module_name) is not None:
            lines.append(f"  {name:<21}{import_module(module_name).SUMMARY}")
    lines += ["", "wirekafka COMMAND --help explains a command; wirekafka --version says which."]
    return "\n".join(lines)


def _near(name: str) -> str:
    import difflib

    plain = name.removeprefix("kafka-").removesuffix(".sh")
    found = difflib.get_close_matches(plain, COMMANDS, n=1)
    return f", did you mean {found[0]}?" if found else ""


if __name__ == "__main__":
    sys.exit(main())

"""Run scripts against two targets and say where the tools printed something else."""

from __future__ import annotations

import difflib
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ..console import Console
from ..targets import make_target
from .normal import normalized, placeholders
from .process import CLASSES, Tools
from .script import Command, ScriptError, names, read

UNTIL_LIMIT_S = 15.0
_SHOWN_LINES = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """What one command line came to against one target."""

    exit: int
    lines: list[str]


def run(console: Console, targets: Sequence[str], patterns: Sequence[str], *, verbose: bool) -> int:
    """Compare; 1 if anything differs that should not, or does not where it should."""
    chosen = [n for n in names() if not patterns or any(fnmatchcase(n, p) for p in patterns)]
    if not chosen:
        raise ValueError(f"no script of tools matches {' '.join(patterns)}: {', '.join(names())}")
    scripts = {name: read(name) for name in chosen}
    for command in (command for script in scripts.values() for command in script):
        if command.tool not in CLASSES:
            raise ScriptError(f"{command.place}: no tool {command.tool}")
    bad = count = 0
    # Both targets at once: most of the time a tool waits for a timeout, or for its first answer.
    with ThreadPoolExecutor(len(targets)) as pool:
        sides = list(pool.map(lambda target: _play_all(console, scripts, target), targets))
    for name, script in scripts.items():
        for command, *seen in zip(script, *(side[name] for side in sides), strict=True):
            count += 1
            bad += _judge(console, command, seen, targets, verbose=verbose)
    console.line(f"{count} command lines of {len(scripts)} scripts: {bad} not as expected")
    return 1 if bad else 0


def _play_all(
    console: Console, scripts: Mapping[str, Sequence[Command]], target: str
) -> dict[str, list[Seen]]:
    """Every script against one target, with a process of its own for the tools."""
    with Tools() as tools:
        return {
            name: _play(console, tools, name, script, target) for name, script in scripts.items()
        }


def _play(
    console: Console, tools: Tools, name: str, script: Sequence[Command], target: str
) -> list[Seen]:
    """Every command of a script against a new broker."""
    console.progress(f"{name}: starting {target}")
    with tempfile.TemporaryDirectory() as folder, make_target(target) as broker:
        directory = _data_directory(tools, broker.bootstrap)
        host, _, port = broker.bootstrap.rpartition(":")
        values = {"broker": broker.bootstrap, "data": directory, "host": host, "port": port}
        seen = []
        try:
            for command in script:
                console.progress(f"{name} {target}: {command.line}")
                seen.append(_one(tools, command, values, Path(folder)))
        finally:
            tools.stop_beside()
        return seen


def _data_directory(tools: Tools, bootstrap: str) -> str:
    """Where the broker keeps its logs: it says so itself."""
    done = tools.run("kafka-log-dirs", ["--bootstrap-server", bootstrap, "--describe"])
    return done.output.partition('"logDir":"')[2].partition('"')[0]


def _one(tools: Tools, command: Command, values: dict[str, str], folder: Path) -> Seen:
    def file(text: str) -> Path:
        path = folder / f"file-{abs(hash(text))}"
        path.write_text(text, encoding="utf-8")
        return path

    arguments = placeholders(command.arguments, values, file)
    known = {
        values["broker"]: "<address>",
        values["data"]: "<data>",
        values["port"]: "<port>",
        str(folder): "<folder>",
    }
    deadline = time.monotonic() + UNTIL_LIMIT_S
    while True:
        if command.beside:
            done = tools.run_beside(command.tool, arguments, command.beside)
        else:
            done = tools.run(command.tool, arguments, command.input)
        lines = normalized(done.output, known, unordered=command.sorted, last=command.last)
        found = not command.until or any(command.until in line for line in lines)
        if found or time.monotonic() > deadline:
            return Seen(done.exit, lines)


def _judge(
    console: Console,
    command: Command,
    seen: Sequence[Seen],
    targets: Sequence[str],
    *,
    verbose: bool,
) -> int:
    first, second = seen
    if verbose:
        console.line(f"$ {command.line}  -> {first.exit}")
        for line in first.lines:
            console.line(f"    {line}")
    if (first == second) != bool(command.differs):
        return 0
    if command.differs:
        console.line(f"{command.place}: {command.line}\n    is the same now: {command.differs}")
        return 1
    console.line(f"{command.place}: {command.line}")
    if first.exit != second.exit:
        console.line(f"    exit code {first.exit} of {targets[0]}, {second.exit} of {targets[1]}")
    diff = difflib.unified_diff(second.lines, first.lines, targets[1], targets[0], n=0, lineterm="")
    for line in list(diff)[2 : _SHOWN_LINES + 2]:
        if not line.startswith("@@"):
            console.line(f"    {line}")
    return 1

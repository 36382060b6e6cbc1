"""The client libraries and tools: each folder of `clients/` has a `run` script, started here.

`run HOST:PORT [--only NAME] [--restart-command COMMAND]` prints a JSON line per scenario and exits
0 if it ran at all. Exit code 77 says that its tool chain is missing; the last line on standard
error says what to install. `run --install`, which a script need not have, only fetches and builds:
what that takes the first time is not the client's time. A scenario that fails is a failure of the
run if it is expected to pass (expectations.py), else a known gap.

Invariant: a client that hangs is stopped with all that it started, and only that.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from .console import Console
from .control import control_port, restart_command
from .expectations import ALLOW, FOLDER, Expectations, expectations
from .results import Asked, ClientRow, client_sums, write_client
from .tap import Tap, tapped
from .targets import make_target
from .wire.codec import api_keys

QUICK = ["kafka_python", "aiokafka", "confluent_kafka"]
"""What continuous integration runs: these need nothing but the development environment."""
INSTALL_LIMIT_S = 900.0  # librdkafka or Kafka's jars, on a slow machine with a slow connection
LIMIT_S = 600.0  # of one client; Java against the real broker on a busy machine takes that long
MISSING = 77  # the exit code by which automake's tests say "skipped", too
TAPPED = ("wirekafka", "reference")
"""The targets that can be told to advertise another address: what clients ask them is noted."""
RESTART, INSTALL = "--restart-command", "--install"
"""Given to scripts that mention them."""
_RESULTS = ("pass", "fail", "skip")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class ClientRun:
    """One client's run: rows, and why there are none or not all of them. `source` is the file by
    which scenarios are expected to pass, `seconds` the client's own time, `asked` the APIs and
    versions that it used."""

    client: str
    rows: list[ClientRow]
    missing: str = ""
    error: str = ""
    source: str = ""
    seconds: float = 0.0
    asked: Asked = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _End:
    """How a script ended: what is `missing` if it is the tool chain, or the problem."""

    missing: str = ""
    problem: str = ""


def run(console: Console, target: str, names: Sequence[str], *, only: str, verbose: bool) -> int:
    """Run clients (all, when none is named) and print what is not as expected; 1 if anything."""
    known = clients()
    unknown = [name for name in names if name not in known]
    if unknown:
        console.trouble(f"no client {', '.join(unknown)} (there are: {', '.join(known)})")
        return 2
    status = 0
    for name in names or known:
        done = run_client(console, FOLDER / name, target, only=only, verbose=verbose)
        if done.missing:
            console.line(f"{name}: skipped: {done.missing}")
            continue
        status |= _print_run(console, done, verbose=verbose)
        if not only and not done.error:
            write_client(target, name, done.rows, done.asked)
    return status


def clients(folder: Path = FOLDER) -> list[str]:
    """The clients by name: folders with a run script."""
    return sorted(path.parent.name for path in folder.glob("*/run"))


def run_client(
    console: Console, folder: Path, target: str, *, only: str, verbose: bool
) -> ClientRun:
    """Run one client against a broker of its own, so that it may be restarted."""
    name, script = folder.name, (folder / "run").read_text(encoding="utf-8")
    expected = expectations(folder, target)
    environment = {**os.environ, "COMPAT_TARGET": target}
    if INSTALL in script:
        console.progress(f"{name}: installing")
        _, end = _call(folder, [INSTALL], environment, list, INSTALL_LIMIT_S, verbose=verbose)
        if end.missing or end.problem:
            error = end.problem and f"{INSTALL}: {end.problem}"
            return ClientRun(name, [], missing=end.missing, error=error)
    with ExitStack() as stack:
        console.progress(f"{name}: starting {target}")
        tap = Tap() if target in TAPPED else None
        broker = stack.enter_context(make_target(target, tap.settings if tap else None))
        bootstrap = broker.bootstrap
        if tap is not None:
            stack.enter_context(tapped(tap, broker.bootstrap))
            bootstrap = tap.bootstrap
        arguments = [bootstrap, *(["--only", only] if only else [])]
        if broker.private and RESTART in script:
            address = stack.enter_context(control_port(broker))
            arguments += [RESTART, restart_command(address)]

        def read(lines: Iterable[str]) -> tuple[list[ClientRow], str]:
            return read_rows(console, name, lines, expected)

        began = time.monotonic()
        (rows, wrong), end = _call(folder, arguments, environment, read, LIMIT_S, verbose=verbose)
    if end.missing:
        return ClientRun(name, [], missing=end.missing)
    if not rows:
        wrong = wrong or f"no scenario was run{f' (--only {only})' if only else ''}"
    seconds = time.monotonic() - began
    asked = {} if tap is None else _by_name(name, tap)
    return ClientRun(name, rows, "", end.problem or wrong, expected.source, seconds, asked)


def _by_name(folder: str, tap: Tap) -> Asked:
    """What was asked, with the APIs' names; a client that gives no name gets its folder's."""
    names = {key: name for name, key in api_keys().items()}
    return {
        software or folder: {
            names[key]: sorted(versions) for key, versions in sorted(keys.items()) if key in names
        }
        for software, keys in sorted(tap.asked().items())
    }


def read_rows(
    console: Console, client: str, lines: Iterable[str], expected: Expectations
) -> tuple[list[ClientRow], str]:
    """The rows of a run's output, and what was wrong with it."""
    rows: list[ClientRow] = []
    wrong = ""
    for line in lines:
        if not line.startswith("{"):
            continue  # a library that prints
        try:
            row = json.loads(line)
            name, result = row["scenario"], row["result"]
            if result not in _RESULTS:
                raise ValueError(result)
        except (ValueError, KeyError):
            wrong = f"not a result: {line.strip()[:120]}"
            continue
        console.progress(f"{client} {len(rows) + 1}  {name}")
        program, text = str(row.get("client") or client), str(row.get("expectation") or "")
        detail = str(row.get("detail") or "")
        rows.append(expected.judged(ClientRow(program, name, text, result, detail=detail)))
    return rows, wrong


def _call(
    folder: Path,
    arguments: Sequence[str],
    environment: dict[str, str],
    read: Callable[[Iterable[str]], Found],
    limit_s: float,
    *,
    verbose: bool,
) -> tuple[Found, _End]:
    """Call a client's script; what `read` made of its output, and how it ended. Its standard error
    is shown only when `verbose`."""
    with tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(
            [str(folder / "run"), *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if verbose else errors,
            text=True,
            start_new_session=True,
        )
        assert child.stdout is not None
        late = threading.Event()

        def give_up() -> None:
            late.set()
            _kill(child)

        timer = threading.Timer(limit_s, give_up)
        timer.start()
        try:
            found = read(child.stdout)
            # Without reaping it: its number must stay its own until its children are gone, too.
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        finally:
            timer.cancel()
            _kill(child)
            code = child.wait()
            child.stdout.close()
        errors.seek(0)
        said = (errors.read().strip().splitlines() or ["it said nothing"])[-1]
    if code == MISSING:
        return found, _End(missing=said)
    if late.is_set():
        return found, _End(problem=f"stopped after {limit_s:.0f} s")
    return found, _End(problem=f"exit code {code}: {said}" if code else "")


def _print_run(console: Console, done: ClientRun, *, verbose: bool) -> int:
    """The sums and what is not as expected; known gaps in full only when `verbose`."""
    failed = [row for row in done.rows if row.result == "fail"]
    broken = [row for row in failed if row.expected]
    new = [row.scenario for row in done.rows if row.result == "pass" and not row.expected]
    sums = client_sums(done.rows)
    console.line(f"{done.client}: {len(done.rows)} scenarios in {done.seconds:.0f} s: {sums}")
    for row in broken:
        console.line(f"    FAIL (a pass is expected): {row.scenario}: {row.detail[:300]}")
    for row in failed if verbose else ():
        if row.gap:
            console.line(f"    known gap: {row.scenario}: {row.reason or row.detail[:300]}")
    if new:
        listed = "are not" if done.source == ALLOW else "are"
        console.line(f"    pass, and {listed} in {done.source}: {', '.join(new)}")
    if done.error:
        console.line(f"    {done.client}: {done.error}")
    return 1 if broken or done.error else 0


def _kill(child: subprocess.Popen[str]) -> None:
    """End the client's session: the child leads it, so nothing else can be in it."""
    with suppress(ProcessLookupError, PermissionError):  # all of it is gone already
        os.killpg(child.pid, signal.SIGKILL)

"""The client libraries and tools: each folder of `clients/` has a `run` script, started here.

`run HOST:PORT [--only NAME] [--restart-command COMMAND]` prints a JSON line per scenario and exits
0 if it ran at all. Exit code 77 says that its tool chain is missing; the last line on standard
error says what to install. ALLOW.txt names the scenarios that are expected to pass; one of them
failing is a failure of the run, the others are known gaps, explained in the client's FINDINGS.md.

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
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from .console import Console
from .control import control_port, restart_command
from .results import ClientRow, write_client
from .targets import make_target

FOLDER = Path(__file__).resolve().parent / "clients"
QUICK = ["kafka_python", "aiokafka", "confluent_kafka"]
"""What continuous integration runs: these need nothing but the development environment."""
LIMIT_S = 600.0  # of one client; Java against the real broker on a busy machine takes that long
MISSING = 77  # the exit code by which automake's tests say "skipped", too
RESTART = "--restart-command"
_RESULTS = ("pass", "fail", "skip")


@dataclass(frozen=True, slots=True)
class ClientRun:
    """One client's run: rows, and why there are none or not all of them."""

    client: str
    rows: list[ClientRow]
    missing: str = ""
    error: str = ""


def run(console: Console, target: str, names: Sequence[str], *, only: str, verbose: bool) -> int:
    """Run clients (all, when none is named) and print what is not as expected; 1 if anything."""
    known = clients()
    unknown = [name for name in names if name not in known]
    if unknown:
        console.trouble(f"no client {', '.join(unknown)} (there are: {', '.join(known)})")
        return 2
    status = 0
    for name in names or known:
        began = time.monotonic()
        done = run_client(console, FOLDER / name, target, only=only, verbose=verbose)
        if done.missing:
            console.line(f"{name}: skipped: {done.missing}")
            continue
        status |= _print_run(console, done, time.monotonic() - began, verbose=verbose)
        if not only and not done.error:
            write_client(target, name, done.rows)
    return status


def clients(folder: Path = FOLDER) -> list[str]:
    """The clients by name: folders with a run script."""
    return sorted(path.parent.name for path in folder.glob("*/run"))


def run_client(
    console: Console, folder: Path, target: str, *, only: str, verbose: bool
) -> ClientRun:
    """Run one client against a broker of its own, so that it may be restarted."""
    name = folder.name
    with ExitStack() as stack, tempfile.TemporaryFile("w+") as errors:
        broker = stack.enter_context(make_target(target))
        command = [str(folder / "run"), broker.bootstrap, *(["--only", only] if only else [])]
        environment = {**os.environ, "COMPAT_TARGET": target}
        if broker.private and RESTART in (folder / "run").read_text(encoding="utf-8"):
            address = stack.enter_context(control_port(broker))
            command += [RESTART, restart_command(address)]
        child = subprocess.Popen(
            command,
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

        timer = threading.Timer(LIMIT_S, give_up)
        timer.start()
        try:
            rows, wrong = read_rows(console, name, child.stdout, allowed(folder))
            # Without reaping it: its number must stay its own until its children are gone, too.
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        finally:
            timer.cancel()
            _kill(child)
            code = child.wait()
            child.stdout.close()
        errors.seek(0)
        said = errors.read().strip().splitlines()[-1:] or ["it said nothing"]
    if code == MISSING:
        return ClientRun(name, [], missing=said[0])
    if late.is_set():
        return ClientRun(name, rows, error=f"stopped after {LIMIT_S:.0f} s")
    if code != 0:
        return ClientRun(name, rows, error=f"exit code {code}: {said[0]}")
    if not rows:
        wrong = wrong or f"no scenario was run{f' (--only {only})' if only else ''}"
    return ClientRun(name, rows, error=wrong)


def read_rows(
    console: Console, client: str, lines: Iterable[str], allow: set[str]
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
        detail = str(row.get("detail") or "")
        rows.append(
            ClientRow(
                program := str(row.get("client") or client),
                name,
                str(row.get("expectation") or ""),
                result,
                name in allow or f"{program}/{name}" in allow,
                detail,
            )
        )
    return rows, wrong


def allowed(folder: Path) -> set[str]:
    """The scenarios that are expected to pass: a name per line (CLIENT/NAME where a folder holds
    several clients), `#` begins a comment."""
    try:
        lines = (folder / "ALLOW.txt").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return set()
    return {name for line in lines if (name := line.partition("#")[0].strip())}


def _print_run(console: Console, done: ClientRun, seconds: float, *, verbose: bool) -> int:
    """The sums and what is not as expected; known gaps in full only when `verbose`."""
    counts = {result: sum(row.result == result for row in done.rows) for result in _RESULTS}
    sums = ", ".join(f"{count} {result}" for result, count in counts.items() if count)
    gaps = [row for row in done.rows if row.result == "fail" and not row.expected]
    broken = [row for row in done.rows if row.result == "fail" and row.expected]
    new = [row.scenario for row in done.rows if row.result == "pass" and not row.expected]
    console.line(
        f"{done.client}: {len(done.rows)} scenarios in {seconds:.0f} s: {sums}"
        f"{f' ({len(gaps)} known gaps)' if gaps else ''}"
    )
    for row in broken:
        console.line(f"    FAIL (ALLOW.txt expects a pass): {row.scenario}: {row.detail[:300]}")
    for row in gaps if verbose else ():
        console.line(f"    known gap: {row.scenario}: {row.detail[:300]}")
    if new:
        console.line(f"    pass, and are not in ALLOW.txt: {', '.join(new)}")
    if done.error:
        console.line(f"    {done.client}: {done.error}")
    return 1 if broken or done.error else 0


def _kill(child: subprocess.Popen[str]) -> None:
    """End the client's session: the child leads it, so nothing else can be in it."""
    with suppress(ProcessLookupError, PermissionError):  # all of it is gone already
        os.killpg(child.pid, signal.SIGKILL)

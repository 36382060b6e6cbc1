"""Scenarios of a Python client, and what they hold on to while they run.

A scenario is a function (or a coroutine function) of one argument, `broker`. Its name is the
scenario's name; the first line of its docstring is the expectation. A line `FEATURE: x` in it
names what a broker must have for it, `LIMIT: n` allows n seconds. A module with `ALONE = True`
disturbs others (it restarts the broker): its scenarios run one by one, at the end.
"""

from __future__ import annotations

import inspect
import os
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

LIMIT_S = 20.0
RESTART_LIMIT_S = 60.0  # a JVM on a busy machine is slow
_POLL_S = 0.02
_MARK = re.compile(r"^\s*(FEATURE|LIMIT): (.*)$", re.MULTILINE)


class Skipped(Exception):  # says what happened, not what is wrong
    """Raised by a scenario that cannot be judged here; the text says why."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario and what is said about it."""

    name: str
    expectation: str
    feature: str
    limit_s: float
    alone: bool
    run: Callable[[Broker], Any]


class Broker:
    """The broker under test, as a scenario sees it."""

    def __init__(self, bootstrap: str, restart_command: str) -> None:
        self.bootstrap = bootstrap
        self._restart_command = restart_command
        self._cleanups: list[Callable[[], Any]] = []

    def name(self, purpose: str = "topic") -> str:
        """A name that no other scenario and no other run has."""
        return f"compat-python-{purpose}-{secrets.token_hex(6)}"

    def later(self, cleanup: Callable[[], Any]) -> None:
        """Do this after the scenario, the last one first; what it raises does not matter."""
        self._cleanups.append(cleanup)

    def needs_restart(self) -> None:
        """Skip the scenario when nobody said how the broker is restarted."""
        if not self._restart_command and "COMPAT_CONTROL" not in os.environ:
            raise Skipped("restarting the broker needs --restart-command")

    def restart(self) -> None:
        """Stop and start the broker on the same port and data; returns when it answers."""
        self.needs_restart()
        if self._restart_command:
            command = ["sh", "-c", self._restart_command]
            subprocess.run(command, check=True, timeout=RESTART_LIMIT_S, capture_output=True)
            return
        host, _, port = os.environ["COMPAT_CONTROL"].rpartition(":")
        with socket.create_connection((host, int(port)), RESTART_LIMIT_S) as control:
            control.sendall(b"restart\n")
            answer = control.makefile().readline().strip()
        assert answer == "ok", answer

    def clean_up(self) -> list[Callable[[], Any]]:
        """What is to be done after the scenario, in order."""
        return self._cleanups[::-1]


def equal(found: object, expected: object, what: str = "it") -> None:
    """Fail unless both are equal."""
    if found != expected:
        raise AssertionError(f"{what} is {found!r}, expected {expected!r}")


@contextmanager
def refused(*errors: Any, text: str = "") -> Iterator[None]:
    """Fail unless one of the errors is raised inside, with that text in its message."""
    try:
        yield
    except errors as error:
        if text not in f"{type(error).__name__} {error}":
            raise AssertionError(f"{type(error).__name__}: {error}, expected {text!r}") from error
        return
    names = " or ".join(error.__name__ for error in errors)
    raise AssertionError(f"no error, expected {text or names}")


def until(condition: Callable[[], Any], what: str, seconds: float = LIMIT_S - 2) -> Any:
    """Ask again until it is so, and return it; `what` is said when it never is."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true in {seconds:.0f} s")
        time.sleep(_POLL_S)


def scenarios(areas: list[ModuleType]) -> list[Scenario]:
    """The scenarios of the modules, in the order of the sources, those alone at the end."""
    found = []
    for area in areas:
        for name, run in vars(area).items():
            if name.startswith("_") or not inspect.isfunction(run):
                continue
            if run.__module__ != area.__name__ or list(_parameters(run)) != ["broker"]:
                continue
            found.append(_scenario(area, name, run))
    names = [scenario.name for scenario in found]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"two scenarios have the same name: {twice}"
    return sorted(found, key=lambda scenario: scenario.alone)


def _parameters(run: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(run).parameters)


def _scenario(area: ModuleType, name: str, run: Callable[[Broker], Any]) -> Scenario:
    text = inspect.getdoc(run) or ""
    marks = dict(_MARK.findall(text))
    expectation = text.splitlines()[0] if text else ""
    assert expectation, f"{area.__name__}.{name} has no docstring"
    alone = bool(getattr(area, "ALONE", False))
    limit_s = float(marks.get("LIMIT", LIMIT_S + (RESTART_LIMIT_S if alone else 0)))
    return Scenario(name, expectation, marks.get("FEATURE", ""), limit_s, alone, run)

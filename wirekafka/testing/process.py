"""Starts a broker as a process (`child.py`) and holds its leash."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

START_TIMEOUT_S = 60.0
"""A start takes a third of a second; a machine that needs this long has other troubles."""

STOP_TIMEOUT_S = 20.0

_GOES_ON = b"."
"""Said before the leash is let go by who removes the data itself; see `child.py`."""

_PACKAGES = ("wirekafka", "wirekafka_protocol", "wirekafka_storage")
_COMMAND = (
    "import sys; sys.path[:0] = sys.argv[1:];"
    "from wirekafka.testing.child import main; sys.exit(main())"
)


class BrokerError(Exception):
    """The broker did not start, or is gone; the text says why and holds the end of its log."""


class BrokerProcess:
    """A running one, started by this process or by another one whose answer is known."""

    def __init__(self, answer: Mapping[str, Any], process: subprocess.Popen[str] | None) -> None:
        self.answer = answer
        self.process = process
        self._owner = os.getpid()
        self._leash = socket.create_connection(("127.0.0.1", answer["leash"]), timeout=5)

    @property
    def is_inherited(self) -> bool:
        """Whether this is a fork of the process that has it, and has no say in it."""
        return self._owner != os.getpid()

    def let_go(self) -> None:
        """Give up the leash; who holds it last ends the broker."""
        if not self.is_inherited:
            # A child that was forked has the same descriptor, and may live for longer.
            with contextlib.suppress(OSError):
                self._leash.shutdown(socket.SHUT_RDWR)
        self._leash.close()

    def stop(self) -> None:
        """End the broker that this process started, cleanly, and wait for it."""
        with contextlib.suppress(OSError):
            self._leash.sendall(_GOES_ON)
        self.let_go()
        if self.process is None:
            return
        try:
            self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        """End it as a lost machine would."""
        assert self.process is not None, "another process started it"
        self.process.kill()
        self.process.wait()
        self.let_go()


def start(options: Mapping[str, Any], log_path: Path) -> BrokerProcess:
    """Start one; returns when it is ready. Raises BrokerError."""
    with log_path.open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _COMMAND, *_import_roots()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            # Ctrl-C is for the tests, whose fixtures still want to talk to the broker.
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    try:
        answer = _first_line(process, json.dumps(options))
        if "leash" in answer:
            with contextlib.suppress(OSError):
                return BrokerProcess(answer, process)
    except BaseException:  # Ctrl-C, say: who asked will remove the data behind it
        _end(process)
        raise
    _end(process)
    reason = answer.get("error", "it ended or did not answer in time")
    raise BrokerError(f"the broker did not start: {reason}{tail_of(log_path)}")


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


def tail_of(log_path: Path, lines: int = 30) -> str:
    """The end of a broker's log, with a heading; empty when there is none."""
    try:
        text = log_path.read_text(errors="replace").rstrip()
    except OSError:
        return ""
    return "\n--- the broker's log ---\n" + "\n".join(text.splitlines()[-lines:]) if text else ""


def _first_line(process: subprocess.Popen[str], options: str) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    watchdog = threading.Timer(START_TIMEOUT_S, process.kill)
    watchdog.start()
    try:
        process.stdin.write(options + "\n")
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline() or "{}")
        return answer
    except (OSError, ValueError):
        return {}
    finally:
        watchdog.cancel()
        with contextlib.suppress(OSError):
            process.stdin.close()
        process.stdout.close()


def _import_roots() -> list[str]:
    """Where our packages are, for a parent that found them by a path of its own."""
    roots = []
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            root = os.path.dirname(os.path.dirname(spec.origin))
            if root not in roots:
                roots.append(root)
    return roots

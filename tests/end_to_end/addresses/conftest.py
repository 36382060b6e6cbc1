"""Brokers, forwarders and clients as programs, each in the network name space that a test wants.

Two name spaces are joined by a pair of virtual interfaces: the broker is at 10.77.0.1 in one, a
neighbour at 10.77.0.2 in the other, which is also the way out, as a container engine's host is.
This machine's own network is a third one, from which neither can be reached.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
WAIT_S = 60
LOOK_S = 0.05
BROKER_HOST, NEIGHBOUR = "10.77.0.1", "10.77.0.2"

_JOIN = """
set -eu
ip link set lo up
unshare --net sleep 600 &
other=$!
while [ "$(readlink /proc/self/ns/net)" = "$(readlink /proc/$other/ns/net)" ]; do :; done
ip link add broker0 type veth peer name other0 netns $other
ip addr add 10.77.0.1/24 dev broker0
ip link set broker0 up
nsenter --target $other --net sh -c \\
    'ip link set lo up; ip addr add 10.77.0.2/24 dev other0; ip link set other0 up'
ip route add default via 10.77.0.2
echo joined $other
exec sleep 600
"""


class Program:
    """A running program; the lines that it printed are read while it runs."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=dict(environment),
            start_new_session=True,
        )
        self.pid = self._process.pid
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def says(self, pattern: str, within_s: float = WAIT_S) -> re.Match[str]:
        """The first line that has it, as soon as there is one."""

        def found() -> re.Match[str] | None:
            return next(filter(None, (re.search(pattern, line) for line in self.lines)), None)

        with self._news:
            self._news.wait_for(lambda: found() or self._ended, within_s)
            match = found()
        assert match is not None, f"{pattern!r} was not said:\n{''.join(self.lines)}"
        return match

    def stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.pid, number)
                self._process.wait(WAIT_S)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        self._reader.join(WAIT_S)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self.lines.append(line)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()


@dataclass(frozen=True)
class Places:
    """What comes before a command, so that it runs in a network; `here` is this machine's."""

    broker: tuple[str, ...]
    neighbour: tuple[str, ...]


class Machines:
    """Starts programs, and ends them with the test."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.programs: list[Program] = []

    def run(self, *command: str | Path, within: Sequence[str] = (), **variables: str) -> Program:
        rooms = os.pathsep.join(str(ROOT / room) for room in ("", "protocol", "storage"))
        environment = {**os.environ, "PYTHONPATH": rooms, "PYTHONUNBUFFERED": "1", **variables}
        program = Program([*within, *map(str, command)], environment)
        self.programs.append(program)
        return program

    def serve(self, *arguments: str, within: Sequence[str] = (), **variables: str) -> Program:
        """`wirekafka serve` on all addresses and a free port, with nothing else."""
        data = self.directory / f"data-{len(self.programs)}"
        command = [sys.executable, "-P", "-m", "wirekafka", "serve", "--listen", ":0"]
        command += ["--data-dir", str(data), *arguments]
        broker = self.run(*command, within=within, **variables)
        broker.says("Kafka Server started")
        return broker

    def forward(self, listen: str, target: str, within: Sequence[str] = ()) -> tuple[Program, int]:
        """A forwarder and its port."""
        forwarder = self.run(sys.executable, HERE / "forwarder.py", listen, target, within=within)
        return forwarder, int(forwarder.says(r"^(\d+)$")[1])

    def round_trip(
        self, client: str, bootstrap: str, topic: str, within: Sequence[str] = ()
    ) -> Any:
        """What a client was told and read; see round_trip.py."""
        command = [sys.executable, str(HERE / "round_trip.py"), client, bootstrap, topic]
        done = subprocess.run(
            [*within, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    made = Machines(tmp_path)
    yield made
    for program in reversed(made.programs):
        program.stop()


def port_of(broker: Program) -> int:
    return int(broker.says(r"listening on \S+:(\d+)")[1])


@functools.cache
def _unshare() -> list[str] | None:
    if sys.platform != "linux" or not all(map(shutil.which, ("unshare", "nsenter", "ip"))):
        return None
    for mapping in ([], ["--map-root-user"]):
        command = ["unshare", "--net", *mapping]
        probe = [*command, "sh", "-c", "ip link add a0 type veth peer name b0"]
        if subprocess.run(probe, capture_output=True, timeout=WAIT_S).returncode == 0:
            return command
    return None


@pytest.fixture
def places(machines: Machines) -> Places:
    """The two joined networks; skipped where this machine forbids them."""
    unshare = _unshare()
    if unshare is None:
        pytest.skip("needs root, or name spaces of users, to make networks")
    joined = machines.run(*unshare, "sh", "-c", _JOIN)
    other = joined.says(r"joined (\d+)")[1]
    users = ["--user", "--preserve-credentials"] if "--map-root-user" in unshare else []
    return Places(
        ("nsenter", "--target", str(joined.pid), *users, "--net"),
        ("nsenter", "--target", other, *users, "--net"),
    )


@pytest.fixture
def port() -> Any:
    """port(broker): the one that it got."""
    return port_of

"""The processes of the loops: started, killed, paused, and started again when they end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from simulating.broker_process import environment
from simulating.history import Event, read_history
from simulating.transactions.looping import IN_DOUBT

from compat.targets import jars

ASKED = (b'"event":"committing"}\n', b'"event":"aborting"}\n')
CLIENTS = ("confluent-kafka", "java", "aiokafka")
COMPILE_LIMIT_S = 120
JAVA_OPTIONS = ("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")


class Loops:
    """`count` clients of a kind, each with a transactional id of its own over all its lives."""

    def __init__(self, kind: str, address: str, base: Path, *, count: int) -> None:
        self.problems: list[str] = []
        self.restarts = 0
        self._base = base
        self._address = address
        self._command = _command(kind, base)
        self._lives = [0] * count
        self._names = [f"{kind}-{number}" for number in range(count)]
        self._processes: list[subprocess.Popen[bytes]] = []
        self._zombies: list[subprocess.Popen[bytes]] = []
        for number in range(count):
            self._processes.append(self._start(number))

    def kill(self, number: int) -> None:
        """kill -9, and a new life."""
        self._processes[number].kill()
        self._processes[number].wait()
        self._processes[number] = self._start(number)

    def pause(self, number: int) -> None:
        """It stands still, and another process takes over its transactional id."""
        self._processes[number].send_signal(signal.SIGSTOP)
        self._zombies.append(self._processes[number])
        self._processes[number] = self._start(number)

    def go_on(self) -> None:
        """Those that stood still go on, not knowing that their time is over."""
        for zombie in self._zombies:
            zombie.send_signal(signal.SIGCONT)

    def tend(self) -> None:
        """Start again what ended by itself."""
        for number, process in enumerate(self._processes):
            status = process.poll()
            if status is not None:
                self.restarts += 1
                if status != IN_DOUBT:
                    said = self._log(number).read_text(errors="replace")[-1500:]
                    self.problems.append(f"{self._names[number]} ended with {status}: {said}")
                self._processes[number] = self._start(number)

    def wait_for_end(self, limit_s: float) -> None:
        """Until a client has asked for the end of a transaction and was not answered yet."""
        limit = time.monotonic() + limit_s
        with ExitStack() as stack:
            files = [stack.enter_context(path.open("rb")) for path in self._current_journals()]
            for file in files:
                file.seek(0, 2)
            while time.monotonic() < limit:
                if any(file.read().endswith(ASKED) for file in files):
                    return
                time.sleep(0.0002)

    def committed(self) -> int:
        return sum(path.read_bytes().count(b'"committed"') for path in self._journals())

    def events(self) -> list[Event]:
        return read_history(self._journals())

    def end(self) -> None:
        for process in self._processes + self._zombies:
            process.kill()
            process.wait()

    def said(self) -> str:
        """The end of what the processes complained about."""
        logs = [self._log(number) for number in range(len(self._names))]
        return "\n".join(log.read_text(errors="replace")[-1500:] for log in logs if log.exists())

    def _journals(self) -> list[Path]:
        return sorted(self._base.glob("journal-*.jsonl"))

    def _current_journals(self) -> list[Path]:
        names = zip(self._names, self._lives, strict=True)
        paths = [self._base / f"journal-{name}-{life}.jsonl" for name, life in names]
        return [path for path in paths if path.exists()]

    def _log(self, number: int) -> Path:
        return self._base / f"{self._names[number]}.log"

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        self._lives[number] += 1
        name, life = self._names[number], str(self._lives[number])
        journal = self._base / f"journal-{name}-{life}.jsonl"
        with self._log(number).open("ab") as log:
            return subprocess.Popen(
                [*self._command, self._address, name, life, str(journal)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(),
                cwd=self._base,
            )


def _command(kind: str, base: Path) -> list[str]:
    if kind == "java":
        return java_program("Loop", base / "classes")
    module = {"confluent-kafka": "confluent_loop", "aiokafka": "aiokafka_loop"}[kind]
    return [sys.executable, "-P", "-m", f"simulating.transactions.{module}"]


def java_program(name: str, classes: Path) -> list[str]:
    """Compile a program of this folder; the command that runs it. Raises Missing without Java."""
    java = jars.java()
    path = f"{jars.jars()}/*"
    source = Path(__file__).with_name(f"{name}.java")
    compiler = str(Path(java).with_name("javac"))
    command = [compiler, "-Xlint:all,-classfile,-processing,-path", "-d", str(classes)]
    subprocess.run([*command, "-cp", path, str(source)], check=True, timeout=COMPILE_LIMIT_S)
    options = [*JAVA_OPTIONS, f"-Dlog4j2.configurationFile={jars.HERE / 'log4j2.yaml'}"]
    return [java, *options, "-Dkafka.log.level=ERROR", "-cp", f"{classes}:{path}", name]

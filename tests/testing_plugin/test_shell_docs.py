"""The shell commands of the documents about the control port, run as they stand there.

A document has one broker, started by its own command on free ports. Its commands run in their order
in one directory, and each must succeed; where an answer is shown, it is compared. "…" stands for
anything, ports and times for others.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer

from wirekafka.testing.control import ControlClient

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PATHS = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(PATHS)}
START_S = 60
COMMAND_S = 60
MADE_BY_THE_DOCTOR = ("MISTAKE", "DOUBT", "WAITS")
"""Written by the doctor with real clients; `bin/compat instrument doctor` makes them again."""

VARYING = (
    (r"(localhost|127\\\.0\\\.0\\\.1):\d+", r"[\w.]+:\d+"),
    (r'(?<="now_ms":)\d+|(?<="timers":)\d+', r"\d+"),
    (r'(?<="offset_ms":)\d+', r"-?\d+"),
    ("…", ".*"),
)
"""Expressions for what is shown, escaped, and for what the answer may have there."""

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")


@dataclass
class Shown:
    """A command of a document, the title above it, and the answer that is shown."""

    title: str
    command: str
    answer: str


def blocks(text: str) -> list[tuple[str, str]]:
    """Code in fences and indented code, each with the title above it."""
    assert not re.search(r"^```\w", text, re.M), "there is code of a language that nobody runs"
    found, title = [], ""
    pattern = r"^#+ (?P<title>.*)$|^```\n(?P<fence>(?s:.*?))^```$|(?P<indented>(^    .*\n)+)"
    for match in re.finditer(pattern, text, re.M):
        if match["title"]:
            title = match["title"]
        else:
            code = match["fence"] or re.sub(r"^    ", "", match["indented"], flags=re.M)
            found.append((title, code))
    return found


def shown(text: str) -> list[Shown]:
    """Everything that is run."""
    found: list[Shown] = []
    for title, code in blocks(text):
        if code.startswith(MADE_BY_THE_DOCTOR):
            continue
        for line in code.splitlines():
            if line.startswith("$ ") or re.match(r"(curl|wirekafka) ", line):
                found.append(Shown(title, line.removeprefix("$ "), ""))
            else:
                assert found, f"{line!r} is neither a command nor an answer"
                found[-1].answer += line + "\n"
    return found


def expected(answer: str) -> str:
    """A regular expression."""
    found = re.escape(answer)
    for one, other in VARYING:
        found = re.sub(one, other.replace("\\", r"\\"), found)
    return found


@dataclass
class Running:
    """A broker, and a directory and variables for commands."""

    bootstrap: str
    control_url: str
    directory: Path
    elsewhere: str = ""
    """Another broker for commands that speak to port 9092."""

    def run(self, command: str) -> str:
        """What it prints; the document's control port is this broker's."""
        command = re.sub(r"localhost:909[04]", self.control_url.removeprefix("http://"), command)
        command = command.replace("localhost:9092", self.elsewhere or self.bootstrap)
        own = [sys.executable, "-P", "-m", "wirekafka"]
        done = subprocess.run(
            ["sh", "-c", re.sub("^wirekafka", shlex.join(own), command)],
            cwd=self.directory,
            env={**ENVIRONMENT, "C": self.control_url},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        return done.stdout

    @property
    def control(self) -> ControlClient:
        return ControlClient(self.control_url)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[str], Running]]:
    """Runs the document's command on free ports."""
    with ExitStack() as stack:

        def started(command: str) -> Running:
            words = re.sub(r"--listen \S+", "", re.sub(r"--control \S+", "", command)).split()
            assert words[:2] == ["wirekafka", "serve"]
            log = stack.enter_context((tmp_path / "log").open("w"))
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", *words, "--control", "0", "--listen", "127.0.0.1:0"],
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            watchdog = threading.Timer(START_S, process.kill)
            stack.callback(watchdog.cancel)
            watchdog.start()
            assert process.stdout is not None
            stack.callback(process.stdout.close)
            told = ""
            for line in process.stdout:
                told += line
                if "Kafka Server started" in line:
                    break
            control = re.search(r"^control port at (\S+)", told, re.M)
            bootstrap = re.search(r"^listening on (\S+)", told, re.M)
            assert control is not None, told
            assert bootstrap is not None, told
            watchdog.cancel()
            return Running(bootstrap[1], control[1], tmp_path)

        yield started


@contextmanager
def members(broker: Running) -> Iterator[None]:
    """Two of the group app, that read orders."""
    stop = threading.Event()

    def work(name: str) -> None:
        settings = {"bootstrap.servers": broker.bootstrap, "group.id": "app", "client.id": name}
        settings |= {"auto.offset.reset": "earliest", "auto.commit.interval.ms": "200"}
        consumer = Consumer(settings)
        consumer.subscribe(["orders"])
        while not stop.is_set():
            consumer.poll(0.05)
        consumer.close()

    threads = [threading.Thread(target=work, args=(f"worker-{n}",)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def run_all(broker: Running, commands: list[Shown], before: dict[str, Callable[[], None]]) -> int:
    """How many answers were compared."""
    compared = 0
    for one in commands:
        before.get(one.title, lambda: None)()
        answer = broker.run(re.sub(r"^curl ", "curl -sS ", one.command))
        if one.answer:
            assert re.fullmatch(expected(one.answer.strip()), answer.strip()), (
                f"{one.command}\nshown:  {one.answer.strip()}\nanswer: {answer.strip()}"
            )
            compared += 1
        else:
            assert not answer.startswith('{"error"'), f"{one.command}\n{answer}"
    return compared


def test_what_the_page_about_the_control_port_shows(serve: Callable[[str], Running]) -> None:
    commands = shown((DOCS / "control.md").read_text())
    start = commands.pop(0)
    broker = serve(start.command)
    (file,) = [one for one in commands if one.command == "cat seed.yaml"]
    (broker.directory / "seed.yaml").write_text(file.answer)

    def make_again() -> None:
        """What a reset takes away."""
        control.reset()
        control.seed(
            topics=[{"name": "orders"}],
            offsets=[{"group": "app", "topic": "orders", "partition": 0, "offset": 0}],
        )

    in_groups = [one for one in commands if one.title == "Groups"]
    first = commands.index(in_groups[0])
    last = commands.index(in_groups[-1])
    with broker.control as control:
        compared = run_all(broker, commands[:first], {})
        with members(broker):
            compared += run_all(broker, in_groups, {})
        compared += run_all(broker, commands[last + 1 :], {"Reset": make_again})
    assert compared == 8
    assert start.answer.startswith("control port at http://")


def test_what_the_page_about_faults_and_time_shows(serve: Callable[[str], Running]) -> None:
    commands = shown((DOCS / "faults-and-time.md").read_text())
    broker = serve(commands.pop(0).command)
    assert run_all(broker, commands, {}) == 7


def test_what_the_page_about_the_doctor_shows(serve: Callable[[str], Running]) -> None:
    text = (DOCS / "doctor.md").read_text()
    broker = serve("wirekafka serve --ephemeral")
    for _ in range(3):
        producer = Producer({"bootstrap.servers": broker.bootstrap, "client.id": "shop"})
        producer.produce("orders", b"v")
        assert producer.flush(30) == 0
    commands = shown(text)
    within = [Shown("", one, "") for one in re.findall(r"`(curl [^`\n]*)`", text)]
    assert len(commands) == 5
    assert len(within) == 1
    with broker.control as control:
        broker.elsewhere = control.start_namespace()["bootstrap"]
        run_all(broker, commands + within, {})
        assert len(control.namespaces()) == 1
    assert (broker.directory / "app.pcapng").read_bytes().startswith(b"\n\r\r\n")

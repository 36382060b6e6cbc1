"""The commands that consume, as members of groups of both protocols, and what they survive."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

Run = Any  # the fixture
ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60
BOTH = pytest.mark.parametrize("protocol", ["classic", "consumer"])


class Tool:
    """A command that runs beside the test; ended with it, or when it takes too long."""

    def __init__(self, broker: Any, *words: str) -> None:
        self.owned: set[int] = set()
        paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wirekafka", words[0], "--bootstrap-server", broker.bootstrap,
             *words[1:]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )  # fmt: skip
        self._watchdog = threading.Timer(TIMEOUT_S, self.process.kill)
        self._watchdog.start()

    def line(self) -> str:
        """The next line of output."""
        assert self.process.stdout is not None
        found = self.process.stdout.readline()
        assert found, f"ended: {self.process.stderr.read() if self.process.stderr else ''}"
        return found.rstrip("\n")

    def event(self) -> dict[str, Any]:
        """The next event of a verifiable consumer."""
        found: dict[str, Any] = json.loads(self.line())
        if found["name"] == "partitions_assigned":
            self.owned.update(owned(found))
        elif found["name"] == "partitions_revoked":
            self.owned.difference_update(owned(found))
        return found

    def until(self, name: str) -> None:
        """Reads on to an event of this name."""
        while self.event()["name"] != name:
            pass

    def until_it_owns(self, count: int) -> None:
        """Reads on until the member has so many partitions."""
        while len(self.owned) != count:
            self.event()

    def type(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Exit code, the rest of what it printed, and its complaints."""
        self.process.send_signal(number)
        return self.rest()

    def rest(self) -> tuple[int, str, str]:
        """The same of a tool that ends by itself."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdin.close()
        # Not communicate(), which does not see what readline has read ahead.
        out, err = self.process.stdout.read(), self.process.stderr.read()
        return self.process.wait(TIMEOUT_S), out, err

    def close(self) -> None:
        self._watchdog.cancel()
        if self.process.poll() is None:
            self.process.kill()
        with self.process:  # closes its pipes, waits for it
            pass


Start = Callable[..., Tool]


@pytest.fixture
def start() -> Iterator[Start]:
    tools: list[Tool] = []

    def begin(broker: Any, *words: str) -> Tool:
        tools.append(Tool(broker, *words))
        return tools[-1]

    yield begin
    for tool in tools:
        tool.close()


@pytest.fixture
def lively(tmp_path: Path) -> tuple[str, str]:
    """Flags for classic members that hear of each other at once."""
    file = tmp_path / "lively.properties"
    file.write_text("heartbeat.interval.ms=50\n")
    return "--command-config", str(file)


@pytest.fixture
def name() -> str:
    return f"c{uuid.uuid4().hex[:8]}"


def produce(broker: Any, topic: str, *values: bytes, **where: int) -> None:
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    for value in values:
        producer.produce(topic, value, **where)
    assert producer.flush(30) == 0


def owned(event: dict[str, Any]) -> list[int]:
    return [row["partition"] for row in event["partitions"]]


@pytest.mark.parametrize(
    "words",
    [
        ["--group-protocol", "classic"],
        ["--assignment-strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"],
        ["--group-protocol", "consumer"],
        ["--group-protocol", "consumer", "--group-remote-assignor", "range"],
    ],
    ids=["eager", "cooperative", "uniform", "range"],
)
def test_members_share_the_partitions_as_they_come_and_go(
    broker: Any, run: Run, start: Start, name: str, words: list[str], lively: tuple[str, str]
) -> None:
    run.good("topics", "--create", "--topic", name, "--partitions", "4")
    consume = ("verifiable-consumer", "--topic", name, "--group-id", name, *words)
    if "consumer" not in words:
        consume += lively
    first = start(broker, *consume)
    first.until_it_owns(4)
    second = start(broker, *consume)
    second.until_it_owns(2)
    for number in range(4):
        produce(broker, name, b"x", partition=number)
    second.until("offsets_committed")
    code, rest, err = first.end()
    assert (code, err) == (0, "")
    events = [json.loads(line)["name"] for line in rest.splitlines()]
    assert "shutdown_requested" in events
    assert events[-2:] == ["partitions_revoked", "shutdown_complete"]
    second.until_it_owns(4)
    for number in range(4):
        produce(broker, name, b"y", partition=number)
    read: set[int] = set()
    while len(read) < 4:
        event = second.event()
        rows = event["partitions"] if event["name"] == "records_consumed" else ()
        read |= {row["partition"] for row in rows if row["maxOffset"] == 1}
    assert second.end()[0] == 0
    (described,) = run.document("consumer-groups", "--describe", "--group", name)
    assert [row["lag"] for row in described["offsets"]] == [0, 0, 0, 0]


@BOTH
def test_a_static_member_of_the_same_name_is_not_let_in_or_drives_out(
    broker: Any, run: Run, start: Start, name: str, protocol: str, lively: tuple[str, str]
) -> None:
    run.good("topics", "--create", "--topic", name)
    consume = ("verifiable-consumer", "--topic", name, "--group-id", name,
               "--group-instance-id", "i", "--group-protocol", protocol)  # fmt: skip
    if protocol == "classic":
        consume += lively
    first = start(broker, *consume)
    first.until_it_owns(1)
    second = start(broker, *consume)
    fenced = second if protocol == "consumer" else first
    code, _, err = fenced.rest()
    assert code == 1
    assert "instance" in err


@BOTH
def test_a_consumer_goes_on_when_its_broker_is_back(
    start_broker: Any, start: Start, protocol: str
) -> None:
    broker = start_broker()
    produce(broker, "t", b"one", b"two")
    tool = start(
        broker, "console-consumer", "--topic", "t", "--from-beginning", "--group", "g",
        "--consumer-property", f"group.protocol={protocol}",
        "--consumer-property", "auto.commit.interval.ms=50",
    )  # fmt: skip
    assert [tool.line(), tool.line()] == ["one", "two"]
    broker.kill()
    broker.start()
    produce(broker, "t", b"three")
    # What was read since the last commit may come again.
    while (line := tool.line()) != "three":
        assert line in ("one", "two")
    code, rest, err = tool.end()
    assert (code, rest) == (128 + signal.SIGTERM, "")
    assert err.startswith("Processed a total of ")
    again = start(
        broker, "console-consumer", "--topic", "t", "--from-beginning", "--group", "g",
        "--timeout-ms", "1000",
    )  # fmt: skip
    assert again.rest()[1] == ""


@BOTH
def test_a_limit_is_kept_to_the_record(broker: Any, run: Run, name: str, protocol: str) -> None:
    produce(broker, name, *(b"%d" % number for number in range(10)))
    consume = ("console-consumer", "--topic", name, "--group", name, "--from-beginning",
               "--consumer-property", f"group.protocol={protocol}", "--max-messages")  # fmt: skip
    assert run.good(*consume, "3").split() == ["0", "1", "2"]
    (described,) = run.document("consumer-groups", "--describe", "--group", name)
    assert [row["current_offset"] for row in described["offsets"]] == [3]
    assert run.good(*consume, "4").split() == ["3", "4", "5", "6"]


def test_what_is_not_committed_is_left_out(broker: Any, run: Run, name: str) -> None:
    producer = Producer({"bootstrap.servers": broker.bootstrap, "transactional.id": name})
    producer.init_transactions(30)
    for value, is_kept in [(b"kept", True), (b"dropped", False), (b"kept too", True)]:
        producer.begin_transaction()
        producer.produce(name, value, partition=0)
        if is_kept:
            producer.commit_transaction(30)
        else:
            producer.flush(30)
            producer.abort_transaction(30)
    producer.begin_transaction()
    producer.produce(name, b"open", partition=0)
    producer.flush(30)
    consume = ("console-consumer", "--topic", name, "--from-beginning", "--timeout-ms", "300")
    assert run.good(*consume).splitlines() == ["kept", "dropped", "kept too", "open"]
    committed = ("--isolation-level", "read_committed")
    assert run.good(*consume, *committed).splitlines() == ["kept", "kept too"]
    middle = ("console-consumer", "--topic", name, "--partition", "0", "--offset", "3",
              "--timeout-ms", "300", *committed)  # fmt: skip
    assert run.good(*middle).splitlines() == ["kept too"]
    producer.abort_transaction(30)


@pytest.mark.parametrize("group", [[], ["--group", "new-topics"]], ids=["alone", "in a group"])
def test_topics_that_come_later_are_read_from_their_beginning(
    broker: Any, start: Start, name: str, group: list[str]
) -> None:
    produce(broker, f"{name}-a", b"first")
    tool = start(
        broker, "console-consumer", "--include", f"{name}-.*", "--from-beginning",
        "--consumer-property", "metadata.max.age.ms=50", *(f"{word}" for word in group),
    )  # fmt: skip
    assert tool.line() == "first"
    produce(broker, f"{name}-b", b"second")
    assert tool.line() == "second"
    assert tool.end(signal.SIGINT)[0] == 130


def test_records_that_cannot_be_shown_are_left_out_on_demand(
    broker: Any, run: Run, name: str
) -> None:
    produce(broker, name, b"\0\1", b"too long", b"\0\2")
    consume = ("console-consumer", "--topic", name, "--from-beginning", "--max-messages", "3",
               "--value-deserializer", "ShortDeserializer")  # fmt: skip
    assert "8 bytes are not the 2 of ShortDeserializer" in run.bad(*consume)
    assert run.good(*consume, "--skip-message-on-error").split() == ["1", "2"]
    quiet = ("console-consumer", "--topic", name, "--from-beginning", "--max-messages", "3")
    shown = run.good(*quiet, "--formatter", "NoOpMessageFormatter", "--enable-systest-events")
    assert shown == "shutdown_complete\n"
    assert "only DefaultMessageFormatter" in run.bad(*quiet, "--formatter", "x.Mine")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--partition", "0", "--group", "g"], "--partition goes without a group"),
        (["--partition", "7"], "there is no partition"),
        (["--partition", "0", "--offset", "-5"], "neither a number"),
        (["--from-beginning", "--consumer-property", "auto.offset.reset=latest"], "cannot be used"),
        (["--group", "a", "--consumer-property", "group.id=b"], "a, b are named"),
        (["--group", "g", "--consumer-property", "session.timeout.ms=3000"], "must be less than"),
        (["--consumer-property", "no.such=1"], "no.such is not supported"),
        (["--consumer-property", "fetch.min.bytes=x"], "'x' is no number"),
        (["--consumer-property", "max.poll.records=0"], "0 is less than 1"),
        (["--consumer-property", "check.crcs=perhaps"], "neither true nor false"),
        (["--consumer-property", "auto.offset.reset=never"], "is none of"),
        (["--consumer-property", "group.protocol=modern"], "is no protocol"),
        (["--group", "g", "--consumer-property", "group.protocol=consumer",
          "--consumer-property", "session.timeout.ms=1"], "session.timeout.ms cannot be set"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line(
    broker: Any, run: Run, name: str, words: list[str], complaint: str
) -> None:
    produce(broker, name, b"x")
    if "-5" in words:
        words = [words[0], words[1], "--offset=-5"]
    assert complaint in run.bad("console-consumer", "--topic", name, *words)


def test_a_typed_line_is_sent_at_once(broker: Any, run: Run, start: Start, name: str) -> None:
    """It does not wait for the pipe to fill, or to end."""
    run.good("topics", "--create", "--topic", name)
    producer = start(broker, "console-producer", "--topic", name)
    consumer = start(broker, "console-consumer", "--topic", name, "--from-beginning")
    producer.type("one\n")
    assert consumer.line() == "one"
    producer.type("two\nthr")
    assert consumer.line() == "two"
    producer.type("ee")
    assert producer.rest()[0] == 0
    assert consumer.line() == "three"


def test_the_producer_says_which_record_is_refused(
    broker: Any, run: Run, start: Start, name: str
) -> None:
    run.good("topics", "--create", "--topic", name, "--config", "cleanup.policy=compact")
    producer = start(broker, "console-producer", "--topic", name, "--sync")
    producer.type("no key\n")
    code, _, err = producer.rest()
    assert code == 1
    assert err.startswith("wirekafka: 1 records were refused: ")

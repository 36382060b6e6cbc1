"""Scripts of command lines for Kafka's tools: how they are read, and what is made equal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from compat.tools.beside import Beside
from compat.tools.normal import normalized, placeholders
from compat.tools.process import CLASSES
from compat.tools.script import ScriptError, names, parse, read

KNOWN = {"127.0.0.1:9092": "<address>", "9092": "<port>", "/tmp/data": "<data>"}


def test_every_script_names_tools_that_there_are() -> None:
    assert names()
    for name in names():
        for command in read(name):
            assert command.tool in CLASSES, command.place


def test_every_tool_is_in_a_script() -> None:
    used = {command.tool for name in names() for command in read(name)}
    assert CLASSES.keys() == used


def test_a_command_with_flags_and_input() -> None:
    flags = ["%% sorted", "%% until a b", "%% beside c"]
    (command,) = parse("name", ["# comment", "", *flags, "tool --x 'y z'", "< one", "<two"])
    assert (command.place, command.tool, command.arguments) == ("name:6", "tool", ("--x", "y z"))
    assert (command.sorted, command.until, command.beside) == (True, "a b", "c")
    assert command.input == "one\ntwo\n"
    assert command.line == "tool --x 'y z'"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["< input"], "before any command"),
        (["%% sorted"], "stands before no command"),
        (["%% upside down", "tool"], "upside is unknown"),
        (["%% last many", "tool"], "invalid literal"),
        (["tool 'open"], "No closing quotation"),
    ],
)
def test_scripts_that_cannot_be_read(lines: list[str], reason: str) -> None:
    with pytest.raises(ScriptError, match=reason):
        parse("name", lines)


def test_placeholders() -> None:
    texts: list[str] = []

    def file(text: str) -> Path:
        texts.append(text)
        return Path("/f")

    arguments = ("{broker}", "x={broker},{data}", '{file:{"a":1}\\nb}', "{other}")
    made = placeholders(arguments, {"broker": "h:1", "data": "/d"}, file)
    assert made == ["h:1", "x=h:1,/d", "/f", "{other}"]
    assert texts == ['{"a":1}\nb']


@pytest.mark.parametrize(
    ("output", "lines"),
    [
        ("a   b\n\n c\t d ", ["a b", "c d"]),
        ("at 127.0.0.1:9092 and 9092, not 19092", ["at <address> and <port>, not 19092"]),
        ("/tmp/data/t-0", ["<data>/t-0"]),
        ("id 1234abcd-12ab-34cd-56ef-1234567890ab.", ["id <uuid>."]),
        ("Cluster ID: vq0z8VEj_ORzwnzzeHKfDQ", ["Cluster ID: <id>"]),
        ("config for vO8UEONDSkaKwidKyB9Oow.", ["config for <id>."]),
        ("CreateTime:1700000000000 x", ["CreateTime:<time> x"]),
        ("2026-11-21 17:00:00:123, b", ["<time>, b"]),
        ("crc: 123 isvalid: true", ["crc: <n> isvalid: true"]),
        ("Valid types are: b, a", ["Valid types are: a, b"]),
        ("Timed out waiting for a node assignment. Call: a(api=B).", ["<timed out: a(api=B)>"]),
        (
            "Call(callName=a(api=B), deadlineMs=1, tries=2) timed out at 1700000000000 after "
            "3 attempt(s)",
            ["<timed out: a(api=B)>"],
        ),
        ("why\n\tat a.b.C.d(E.java:1)\n\t... 18 more", ["why"]),
    ],
)
def test_what_differs_between_any_two_runs_is_made_equal(output: str, lines: list[str]) -> None:
    assert normalized(output, KNOWN) == lines


def test_order_and_beginnings_that_do_not_count() -> None:
    assert normalized("b\na\nc", {}, unordered=True) == ["a", "b", "c"]
    assert normalized("b\na\nc", {}, last=2) == ["a", "c"]


GOES_ON = "import signal; print('a\\nb c\\nd', flush=True); signal.pause()"
ENDS = "print('a')"


@pytest.fixture
def beside(request: pytest.FixtureRequest) -> Iterator[Beside]:
    started = Beside([sys.executable, "-c", request.param])
    yield started
    started.stop()


@pytest.mark.parametrize("beside", [GOES_ON], indirect=True)
def test_a_tool_beside_others_is_waited_for_until_it_printed_a_text(beside: Beside) -> None:
    assert beside.wait("b", limit_s=30) == (True, "a\nb c\n")


@pytest.mark.parametrize("beside", [ENDS], indirect=True)
def test_a_tool_beside_others_that_ends_is_not_waited_for(beside: Beside) -> None:
    assert beside.wait("b", limit_s=30) == (False, "a\n")

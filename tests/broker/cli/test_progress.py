"""The bar at a terminal: when it is shown, and that lines do not run into it."""

from __future__ import annotations

import os
import pty
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from wirekafka.cli import main, output

Terminal = tuple[TextIO, int]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A terminal as a stream to write to, and the descriptor that reads what is shown."""
    shown, inside = pty.openpty()
    termios.tcsetwinsize(inside, (24, 80))
    stream = os.fdopen(inside, "w", buffering=1)
    yield stream, shown
    stream.close()
    os.close(shown)


def text_of(terminal: Terminal) -> str:
    """All that was shown so far."""
    stream, shown = terminal
    stream.write("\0")
    stream.flush()
    text = b""
    while not text.endswith(b"\0"):
        text += os.read(shown, 4096)
    return text[:-1].decode()


def work(total: int = 10, *, quiet: bool = False) -> None:
    """Ten steps, and a line in the middle."""
    with output.progress(total=total, unit="step", quiet=quiet) as bar:
        bar.update(5)
        sys.stdout.write("half\n")
        bar.update(5)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """All work is slow enough for a bar."""
    monkeypatch.setattr(output, "_PROGRESS_DELAY_S", 0)


def use(
    monkeypatch: pytest.MonkeyPatch, *, out: TextIO | None = None, err: TextIO | None = None
) -> None:
    if out is not None:
        monkeypatch.setattr(sys, "stdout", out)
    if err is not None:
        monkeypatch.setattr(sys, "stderr", err)


@pytest.mark.usefixtures("slow")
def test_slow_work_shows_a_bar_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, terminal: Terminal
) -> None:
    use(monkeypatch, err=terminal[0])
    work()
    assert "/10.0" in text_of(terminal)


def test_quick_work_shows_none(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> None:
    use(monkeypatch, out=terminal[0], err=terminal[0])
    work()
    assert text_of(terminal).strip() == "half"


@pytest.mark.usefixtures("slow")
def test_quiet_work_shows_none(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> None:
    use(monkeypatch, out=terminal[0], err=terminal[0])
    work(quiet=True)
    assert text_of(terminal).strip() == "half"


@pytest.mark.usefixtures("slow")
def test_a_file_is_shown_none(capsys: pytest.CaptureFixture[str]) -> None:
    work()
    assert capsys.readouterr() == ("half\n", "")


@pytest.mark.usefixtures("slow")
def test_a_line_that_is_printed_meanwhile_stands_alone(
    monkeypatch: pytest.MonkeyPatch, terminal: Terminal
) -> None:
    use(monkeypatch, out=terminal[0], err=terminal[0])
    work()
    shown = text_of(terminal)
    before = shown[: shown.index("half")]
    assert "/10.0" in before
    assert before.endswith("\r")  # the bar was wiped
    assert before.rstrip("\r").endswith(" ")


@pytest.mark.usefixtures("slow")
def test_the_bar_is_plain_with_and_without_no_color(
    monkeypatch: pytest.MonkeyPatch, terminal: Terminal
) -> None:
    use(monkeypatch, err=terminal[0])
    for value in ("", "1"):
        monkeypatch.setenv("NO_COLOR", value)
        work()
        assert "\x1b[3" not in text_of(terminal)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.usefixtures("slow")
def test_dump_log_of_a_large_file(
    monkeypatch: pytest.MonkeyPatch,
    terminal: Terminal,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    as_json: bool,
) -> None:
    from wirekafka_protocol.records.record import Record, build_batch

    log = tmp_path / "00000000000000000000.log"
    log.write_bytes(build_batch([Record(0, 1, None, b"x")]))
    use(monkeypatch, err=terminal[0])
    words = ["dump-log", "--files", str(log), *(["--json"] if as_json else [])]
    assert main.main(words) == 0
    assert ("B/s" in text_of(terminal)) is not as_json
    assert capsys.readouterr().out

"""The port itself: bound early, libraries late, closed cleanly, never open to the network alone."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from wirekafka.broker import Broker
from wirekafka.config.parse import load
from wirekafka.control.server import ControlAddressError, ControlPort, is_loopback, parse_address

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0", ("127.0.0.1", 0)),
        (":8080", ("127.0.0.1", 8080)),
        ("localhost:1", ("localhost", 1)),
        ("[::1]:1", ("::1", 1)),
        ("0.0.0.0:65535", ("0.0.0.0", 65535)),
    ],
)
def test_an_address_is_a_host_and_a_port(text, address):
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "x", "localhost", "1:", "1:x", "65536", "-1", "²"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ControlAddressError):
        parse_address(text)


def test_only_this_machine_reaches_loopback():
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1", "localhost"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "10.0.0.1", "example.org", ""]))


def new_broker(directory: Path) -> Broker:
    settings = [f"log.dirs={directory}", "listeners=PLAINTEXT://127.0.0.1:0"]
    return Broker(load(assignments=settings), ephemeral=True)


def test_an_open_address_needs_a_token(tmp_path):
    port = ControlPort(new_broker(tmp_path))
    with pytest.raises(ControlAddressError, match="--control-token"):
        port.bind("0.0.0.0", 0)


def test_a_taken_port_is_named(tmp_path):
    async def take_twice() -> None:
        broker = new_broker(tmp_path)
        first, second = ControlPort(broker), ControlPort(broker)
        first.bind("127.0.0.1", 0)
        await first.accept()
        with pytest.raises(ControlAddressError, match=str(first.address[1])):
            second.bind(*first.address)
        await first.close()

    asyncio.run(take_twice())


def test_while_the_broker_starts_it_is_live_and_not_ready(tmp_path, monkeypatch):
    monkeypatch.setattr("wirekafka.control.server.START_GRACE_S", 0.01)

    async def look() -> list[bytes]:
        port = ControlPort(new_broker(tmp_path))
        port.bind("127.0.0.1", 0)
        await port.accept()
        answers = []
        for path in ("live", "ready"):
            reader, writer = await asyncio.open_connection(*port.address)
            writer.write(f"GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            answers.append(await asyncio.wait_for(reader.readline(), 20))
            writer.close()
        await port.close()
        return answers

    live, ready = asyncio.run(look())
    assert b" 200 " in live
    assert b" 503 " in ready


def test_closing_answers_who_still_waits(controlled):
    """The fixture joins the thread: it fails when something is left."""
    import http.client

    host, port = controlled.run(lambda: controlled.port.address)
    waiting = http.client.HTTPConnection(host, port, timeout=20)
    waiting.request("GET", "/records/never?wait_for=1&timeout=600")
    controlled.control.ready()
    controlled.stop()
    assert waiting.getresponse().status == 503
    waiting.close()


def test_a_broker_with_a_control_port_starts_without_its_libraries():
    program = """
import sys
import wirekafka.cli.serve, wirekafka.broker
late = {"starlette", "uvicorn", "msgspec", "yaml", "h11", "anyio"}
print(sorted(late & {name.partition(".")[0] for name in sys.modules}))
"""
    paths = ":".join(str(ROOT / part) for part in ("", "protocol", "storage"))
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": paths},
        timeout=60,
    )
    assert done.stdout.strip() == "[]"


def test_who_waits_is_let_go_when_the_port_cannot_answer(tmp_path, monkeypatch, caplog):
    """A library that cannot be imported is told in the log, and nobody hangs."""

    async def broken(port: ControlPort) -> None:
        raise ImportError("no such library")

    monkeypatch.setattr(ControlPort, "_load", broken)

    async def ask() -> bytes:
        port = ControlPort(new_broker(tmp_path))
        port.bind("127.0.0.1", 0)
        await port.accept()
        answer = b""
        for _ in range(2):  # the second one tries again
            reader, writer = await asyncio.open_connection(*port.address)
            with contextlib.suppress(ConnectionResetError):
                answer += await asyncio.wait_for(reader.read(), 20)
            writer.close()
        await port.close()
        return answer

    assert asyncio.run(ask()) == b""
    assert caplog.text.count("the control port cannot answer") == 2

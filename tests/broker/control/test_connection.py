"""Connections of the control port that are no HTTP, never end, or are too many."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from wirekafka.control import connection, server


def connect(controlled: Any) -> socket.socket:
    parts = urlsplit(controlled.port.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=20)


def everything(client: socket.socket) -> bytes:
    """What comes until the other side closes."""
    data = bytearray()
    while part := client.recv(65536):
        data += part
    return bytes(data)


def is_live(client: socket.socket) -> bool:
    """Whether GET /live is answered; the connection stays open."""
    client.sendall(b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n")
    data = b""
    while not data.endswith(b"}\n"):
        part = client.recv(65536)
        if not part:
            return False
        data += part
    return data.startswith(b"HTTP/1.1 200")


def refusal(answer: bytes) -> tuple[int, dict[str, Any]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"\x00\x00\x00\x10\x00\x12\x00\x00\r\n\r\n",
        b"GET /live HTTP/1.1\r\n\r\n",
        b"GET /live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST /seed HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /seed HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET /" + b"a" * 100_000,
    ],
)
def test_what_is_no_http_is_told_so_in_json(shared: Any, data: bytes) -> None:
    with connect(shared) as client:
        client.sendall(data)
        status, problem = refusal(everything(client))
    assert status == 400
    assert problem["error"]
    assert shared.control.ready()["ready"]


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET /li", b"POST /seed HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"],
)
def test_a_request_that_never_ends_is_ended(
    controlled: Any, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(connection, "REQUEST_S", 0.05)
    assert controlled.control.ready()["ready"]
    with connect(controlled) as client:
        client.sendall(begun)
        assert refusal(everything(client))[0] == 408


def test_a_connection_may_rest_between_two_requests(
    controlled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what has begun must come to an end."""
    monkeypatch.setattr(connection, "REQUEST_S", 0.05)
    with connect(controlled) as client, connect(controlled) as other:
        assert is_live(client)
        assert refusal(everything(other))[0] == 408  # so long it has rested
        assert is_live(client)


def test_a_connection_too_many_is_turned_away(
    controlled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert controlled.control.ready()["ready"]
    controlled.control.close()
    monkeypatch.setattr(server, "MAX_CONNECTIONS", 2)
    with connect(controlled) as first, connect(controlled) as second:
        assert is_live(first)
        assert is_live(second)
        with connect(controlled) as third:
            status, problem = refusal(everything(third))
    assert status == 503
    assert problem["hint"] == "close some"


def test_requests_in_one_packet_are_answered_in_order(shared: Any) -> None:
    get = b"GET /%b HTTP/1.1\r\nHost: localhost\r\n%b\r\n"
    with connect(shared) as client:
        client.sendall(get % (b"live", b"") + get % (b"nothing", b"Connection: close\r\n"))
        answers = everything(client)
    assert answers.index(b'{"live":true}') < answers.index(b"nothing is at /nothing")


def test_garbage_behind_a_request_ends_the_connection_after_its_answer(
    shared: Any, caplog: pytest.LogCaptureFixture
) -> None:
    body = b'{"members": 1, "timeout": 0.01}'
    with connect(shared) as client:
        client.sendall(
            b"POST /groups/g/wait HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: %d\r\n\r\n%b\0garbage\r\n\r\n" % (len(body), body)
        )
        answers = everything(client)
    assert answers.startswith(b"HTTP/1.1 408")
    assert b"HTTP/1.1 400 Bad Request" in answers
    assert "Traceback" not in caplog.text


def test_who_goes_away_does_not_wait_any_more(shared: Any) -> None:
    """Thousands who gave up would all be looked after until their time is up."""
    body = b'{"members": 1, "timeout": 600}'
    listeners = shared.broker.groups.listeners

    async def becomes(count: int) -> bool:
        for _ in range(500_000):
            if len(listeners) == count:
                return True
            await asyncio.sleep(0)
        return False

    with connect(shared) as client:
        client.sendall(
            b"POST /groups/g/wait HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        assert shared.run(lambda: becomes(1))
    assert shared.run(lambda: becomes(0))

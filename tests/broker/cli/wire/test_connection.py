"""A connection of the commands against servers that are not, or not quite, brokers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.codec import encode
from wirekafka_protocol.messages.api_versions import ApiVersion, ApiVersionsResponse

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.connection import Connection, ConnectionLost
from wirekafka.cli.wire.security import Security

Serve = Callable[[socket.socket], None]


@contextmanager
def server(serve: Serve) -> Iterator[int]:
    """A port on which one connection is served."""

    def accept() -> None:
        connection, _ = listening.accept()
        with connection:
            serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            thread.join(20)


def connect(port: int, timeout_s: float = 10.0) -> Connection:
    return Connection("127.0.0.1", port, security=Security(), client_id="test", timeout_s=timeout_s)


def frame(correlation_id: int, body: bytes) -> bytes:
    content = correlation_id.to_bytes(4, "big") + body
    return len(content).to_bytes(4, "big") + content


def versions(*rows: tuple[int, int, int], error: int = 0, version: int = 4) -> bytes:
    answer = ApiVersionsResponse(error, [ApiVersion(*row) for row in rows])
    return encode(answer, version)


def answers(*frames: bytes) -> Serve:
    def serve(connection: socket.socket) -> None:
        for one in frames:
            connection.recv(4096)
            connection.sendall(one)

    return serve


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(ConnectionLost, match=f"127.0.0.1:{port}: "):
        connect(port)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "closed the connection"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "is not Kafka's"),
        (frame(9, versions()), "correlation id 9 instead of 1"),
        (frame(1, b"\0"), "is not Kafka's"),
    ],
)
def test_what_is_no_broker_is_named(answer: bytes, reason: str) -> None:
    with server(answers(answer)) as port, pytest.raises(ConnectionLost, match=reason):
        connect(port)


def test_a_broker_that_says_nothing_is_given_up() -> None:
    done = threading.Event()
    with server(lambda connection: bool(done.wait(20))) as port:  # type: ignore[arg-type]
        with pytest.raises(ConnectionLost, match=r"no answer in 0\.05 s"):
            connect(port, timeout_s=0.05)
        done.set()


def test_an_old_broker_is_asked_again_in_the_oldest_version() -> None:
    old = frame(1, versions((18, 0, 2), error=35, version=0))
    with server(answers(old, frame(2, versions((3, 0, 5), version=0)))) as port:
        connection = connect(port)
        connection.close()
    assert connection.versions == {3: (0, 5)}
    assert connection.version_of(ApiKey.METADATA) == 5


def test_an_api_that_the_broker_does_not_have_is_named() -> None:
    with server(answers(frame(1, versions((3, 0, 5), (22, 6, 6))))) as port:
        connection = connect(port)
        connection.close()
    assert not connection.supports(ApiKey.LIST_GROUPS)
    with pytest.raises(CommandError, match="does not support ListGroups"):
        connection.version_of(ApiKey.LIST_GROUPS)
    with pytest.raises(CommandError, match="does not support InitProducerId"):
        connection.version_of(ApiKey.INIT_PRODUCER_ID)  # 6 is not stable

"""What became of a frame, told from a scripted peer on a loopback socket."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fuzzing.conversation import Conversation, Outcome
from fuzzing.network import loopback_address

ID = 77
SHORT_S = 0.05
LONG_S = 5.0

Answer = Callable[[bytes, bytes], bytes | None]
"""(frame, sentinel) -> what the peer sends; None: it closes the connection."""


@pytest.mark.parametrize("text", ["127.0.0.1:9092", "127.3.2.1:1", "[::1]:9092", "localhost:9092"])
def test_an_address_of_this_machine_is_accepted(text: str) -> None:
    assert loopback_address(text)[1] == int(text.rpartition(":")[2])


@pytest.mark.parametrize(
    "text",
    ["10.0.0.1:9092", "0.0.0.0:9092", "kafka.example:9092", "127.0.0.1", "127.0.0.1:0", ":9092"],
)
def test_any_other_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"loopback|HOST:PORT"):
        loopback_address(text)


def test_an_answer_with_the_frames_id_is_answered() -> None:
    with _conversation(lambda frame, sentinel: _frame(ID, b"body") + sentinel) as conversation:
        for _ in range(3):  # the connection goes on
            reply = conversation.ask(_request(), ID, limit_s=LONG_S)
            assert (reply.outcome, reply.body) == (Outcome.ANSWERED, b"body")


def test_only_the_sentinels_answer_is_passed_over() -> None:
    with _conversation(lambda frame, sentinel: sentinel) as conversation:
        assert conversation.ask(_request(), ID, limit_s=LONG_S).outcome is Outcome.PASSED_OVER


def test_the_end_of_the_connection_is_closed() -> None:
    with _conversation(lambda frame, sentinel: None) as conversation:
        assert conversation.ask(_request(), ID, limit_s=LONG_S).outcome is Outcome.CLOSED


def test_no_answer_in_time_is_silent() -> None:
    with _conversation(lambda frame, sentinel: b"") as conversation:
        assert conversation.ask(_request(), ID, limit_s=SHORT_S).outcome is Outcome.SILENT


@pytest.mark.parametrize(
    "answer",
    [struct.pack(">ii", 4, 12345), struct.pack(">i", -1), struct.pack(">ih", 2, 0)],
    ids=["an unknown id", "a negative size", "too small for an id"],
)
def test_what_answers_no_request_is_mixed_up(answer: bytes) -> None:
    with _conversation(lambda frame, sentinel: answer) as conversation:
        assert conversation.ask(_request(), ID, limit_s=LONG_S).outcome is Outcome.MIXED_UP


def _request() -> bytes:
    return struct.pack(">hhih", 3, 0, ID, -1)


def _frame(correlation_id: int, body: bytes) -> bytes:
    return struct.pack(">ii", 4 + len(body), correlation_id) + body


@contextmanager
def _conversation(answer: Answer) -> Iterator[Conversation]:
    """A conversation with a peer that reads a frame and a sentinel and sends what `answer` says;
    what it is given as sentinel is the answer to the sentinel."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        conversation = Conversation(("127.0.0.1", server.getsockname()[1]))
        peer = threading.Thread(target=_serve, args=(server, answer))
        peer.start()
        try:
            yield conversation
        finally:
            conversation.close()
            peer.join(LONG_S)
            assert not peer.is_alive()


def _serve(server: socket.socket, answer: Answer) -> None:
    server.settimeout(LONG_S)
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as stream:
        connection.settimeout(LONG_S)
        while frame := _read_frame(stream.read):
            sentinel = _read_frame(stream.read)
            data = answer(frame, _frame(struct.unpack_from(">i", sentinel, 4)[0], b""))
            if data is None:
                return
            connection.sendall(data)


def _read_frame(read: Callable[[int], bytes]) -> bytes:
    try:
        size = read(4)
        return read(struct.unpack(">i", size)[0]) if size else b""
    except ConnectionError:
        return b""

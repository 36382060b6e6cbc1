"""The request log over HTTP: listing, filters, assertions, packets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from wirekafka_protocol.codec import encoder
from wirekafka_protocol.framing import begin_request, end_frame
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.metadata import MetadataRequest, MetadataRequestTopic
from wirekafka_protocol.schema import Message

from wirekafka.testing.control import ControlRefused


class Caller:
    """A client that asks one request at a time."""

    def __init__(self, bootstrap: str, client_id: str) -> None:
        host, _, port = bootstrap.rpartition(":")
        self._socket = socket.create_connection((host, int(port)), 10)
        self._client_id = client_id
        self._asked = 0

    def ask(self, message: Message, version: int) -> None:
        self._asked += 1
        out = bytearray()
        assert message.KEY is not None
        start = begin_request(
            out,
            api_key=message.KEY,
            api_version=version,
            correlation_id=self._asked,
            client_id=self._client_id,
        )
        encoder(type(message), version)(message, out)
        end_frame(out, start)
        self._socket.sendall(out)
        size = int.from_bytes(self._receive(4), "big")
        self._receive(size)

    def _receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self._socket.recv(size - len(data))
            assert piece, "the connection was closed"
            data += piece
        return data

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def recorded(controlled: Any) -> Iterator[Any]:
    """A broker that two clients have asked: app for a topic, other for a group."""
    callers = [Caller(controlled.bootstrap, name) for name in ("app", "other")]
    callers[0].ask(MetadataRequest([MetadataRequestTopic(name="nowhere")], False), 9)
    callers[1].ask(HeartbeatRequest("g", 1, "m"), 4)
    controlled.callers = callers
    yield controlled
    for caller in callers:
        caller.close()


def listed(controlled: Any, query: str = "") -> Any:
    return controlled.control.request("GET", f"/requests{query}")


def test_requests_are_listed_with_their_decoded_answers(recorded: Any) -> None:
    log = listed(recorded)
    assert (log["count"], log["not_kept"]) == (2, 0)
    first, second = log["requests"]
    assert (first["client_id"], first["api"], first["topics"]) == ("app", "Metadata", ["nowhere"])
    assert first["errors"] == ["UNKNOWN_TOPIC_OR_PARTITION"]
    assert first["state"] == "answered"
    assert first["duration_ms"] >= 0
    assert second["request"]["group_id"] == "g"
    assert (second["groups"], len(second["errors"])) == (["g"], 1)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?client=app", 1),
        ("?api=Heartbeat", 1),
        ("?topic=nowhere", 1),
        ("?group=g", 1),
        ("?error=UNKNOWN_TOPIC_OR_PARTITION", 1),
        ("?connection=1", 1),
        ("?since=1", 2),
        ("?since=9999999999999", 0),
        ("?client=app&api=Heartbeat", 0),
    ],
)
def test_filters(recorded: Any, query: str, count: int) -> None:
    assert listed(recorded, query)["count"] == count


def test_only_the_newest_are_shown_and_without_bodies_where_asked(recorded: Any) -> None:
    log = listed(recorded, "?limit=1&bodies=false")
    assert log["count"] == 2
    (row,) = log["requests"]
    assert (row["api"], row["request"], row["answer"]) == ("Heartbeat", None, None)


def test_an_assertion_counts(recorded: Any) -> None:
    assert recorded.control.request("GET", "/requests/assert?client=app&n=1") == {"count": 1}
    with pytest.raises(ControlRefused) as refused:
        recorded.control.request("GET", "/requests/assert?client=app&n=2")
    assert (refused.value.status, refused.value.field) == (409, "n")


def test_an_assertion_waits_for_requests(recorded: Any) -> None:
    later = threading.Thread(
        target=recorded.callers[0].ask, args=(HeartbeatRequest("late", 1, "m"), 4)
    )
    later.start()
    path = "/requests/assert?group=late&timeout=10"
    assert recorded.control.request("GET", path) == {"count": 1}
    later.join()


@pytest.mark.parametrize("query", ["?nonsense=1", "?limit=0", "?connection=x", "?bodies=perhaps"])
def test_a_wrong_filter_is_named(recorded: Any, query: str) -> None:
    with pytest.raises(ControlRefused) as refused:
        listed(recorded, query)
    assert refused.value.status == 400
    assert refused.value.field == query[1:].partition("=")[0]


def test_the_same_as_packets(recorded: Any) -> None:
    data = recorded.control.content("GET", "/requests.pcapng?client=app")
    assert data[:4] == b"\x0a\x0d\x0d\x0a"
    assert b"nowhere" in data
    assert b"other" not in data


def test_what_was_recorded_can_be_forgotten(recorded: Any) -> None:
    assert recorded.control.request("DELETE", "/requests") == {"count": 2}
    assert listed(recorded)["count"] == 0
    recorded.callers[0].ask(HeartbeatRequest("g", 1, "m"), 4)
    assert listed(recorded, "?client=app")["count"] == 1

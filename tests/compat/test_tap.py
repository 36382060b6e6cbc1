"""The tap: requests are found at any boundary, and what passes is what was sent."""

from __future__ import annotations

import socket
import struct
import threading

import pytest

from compat.tap import API_VERSIONS, RequestHeads, Tap, tapped

PRODUCE = 0


def request(key, version, body=b""):
    head = struct.pack(">hhih", key, version, 7, 2) + b"me"
    return struct.pack(">i", len(head) + len(body)) + head + body


def api_versions(name):
    text = name.encode()
    return request(API_VERSIONS, 3, b"\0" + bytes([len(text) + 1]) + text + b"\x021\0")


CONVERSATION = (
    request(API_VERSIONS, 0)
    + api_versions("rdkafka")
    + request(PRODUCE, 9, b"x" * 5000)
    + request(PRODUCE, 9, b"")
    + request(PRODUCE, 10, b"y" * 499)
)


@pytest.mark.parametrize("step", [1, 2, 3, 7, 100, 511, 512, 513, 5000, 1 << 20])
def test_requests_are_found_at_any_boundary(step):
    heads = RequestHeads()
    for begin in range(0, len(CONVERSATION), step):
        heads.feed(CONVERSATION[begin : begin + step])
    assert heads.software == "rdkafka"
    assert heads.asked == {(API_VERSIONS, 0), (API_VERSIONS, 3), (PRODUCE, 9), (PRODUCE, 10)}


@pytest.mark.parametrize("length", range(len(api_versions("rdkafka"))))
def test_a_request_that_is_cut_off_is_not_noted(length):
    heads = RequestHeads()
    heads.feed(api_versions("rdkafka")[:length])
    assert heads.asked == set()


def test_a_name_that_cannot_be_read_is_none():
    heads = RequestHeads()
    heads.feed(request(API_VERSIONS, 3, b"\0\x40"))
    heads.feed(request(API_VERSIONS, 3, b""))
    assert (heads.software, heads.asked) == ("", {(API_VERSIONS, 3)})


def test_what_is_not_kafkas_is_not_noted():
    heads = RequestHeads()
    heads.feed(b"\0\0\0\1GET / HTTP/1.1\r\n\r\n")
    heads.feed(CONVERSATION)
    assert heads.asked == set()


def test_bytes_pass_both_ways_and_requests_are_noted():
    with socket.create_server(("127.0.0.1", 0)) as broker:
        received = bytearray()

        def answer():
            connection, _ = broker.accept()
            with connection:
                while len(received) < len(CONVERSATION):
                    received.extend(connection.recv(1 << 16))
                connection.sendall(bytes(reversed(received)))

        thread = threading.Thread(target=answer)
        thread.start()
        tap = Tap()
        address = f"127.0.0.1:{broker.getsockname()[1]}"
        with tapped(tap, address), socket.create_connection(("127.0.0.1", tap.port)) as client:
            client.sendall(CONVERSATION)
            answered = b"".join(iter(lambda: client.recv(1 << 16), b""))
        thread.join()
    assert bytes(received) == CONVERSATION
    assert answered == CONVERSATION[::-1]
    assert tap.asked() == {"rdkafka": {API_VERSIONS: {0, 3}, PRODUCE: {9, 10}}}


def test_without_a_broker_a_connection_is_closed():
    with socket.create_server(("127.0.0.1", 0)) as broker:
        address = f"127.0.0.1:{broker.getsockname()[1]}"
    tap = Tap()
    with tapped(tap, address), socket.create_connection(("127.0.0.1", tap.port)) as client:
        assert client.recv(1) == b""
    assert tap.asked() == {}

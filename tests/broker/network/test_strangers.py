"""Which protocol somebody speaks who does not speak Kafka, by the first bytes of real clients."""

from __future__ import annotations

import ssl

import pytest
from wirekafka_protocol.framing import begin_request, end_frame

from wirekafka.network.strangers import FIRST_BYTES, describe, stranger


def client_hello(name: str) -> bytes:
    """What a TLS client begins with that names the host it wants (SNI)."""
    sent = ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), sent, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    return sent.read()


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00", "TLS"),
        (client_hello("kafka.example.org"), "TLS"),
        (b"GET / HTTP/1.1\r\n\r\n", "HTTP"),
        (b"TRACE / HTTP/1.1\r\n\r\n", "HTTP"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "SSH"),
        (b"*1\r\n$4\r\nPING\r\n", "Redis"),
        (b"*3\r\n$6\r\nCLIENT\r\n", "Redis"),
        (b"PING\r\n", "Redis"),
        (bytes.fromhex("00000008 04d2162f"), "PostgreSQL"),
        (bytes.fromhex("00000008 04d21630"), "PostgreSQL"),
        (b"\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0", "PostgreSQL"),
        (bytes.fromhex("100c0004") + b"MQTT\x04\x02\0\x3c\0\0", "MQTT"),
        (b"AMQP\0\0\x09\x01", "AMQP"),
        (b"EHLO localhost\r\n", "SMTP"),
        (b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n", "PROXY protocol"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", "PROXY protocol"),
    ],
)
def test_a_stranger_is_known_by_its_first_bytes(first: bytes, kind: str) -> None:
    assert stranger(first[:FIRST_BYTES]) == kind
    assert describe(first[:FIRST_BYTES])


@pytest.mark.parametrize("first", [b"", b"\0", b"\xff\xff\xff\xff", b"\r\n", b"*x\r\n$", b"hello"])
def test_what_nobody_knows_is_nobody(first: bytes) -> None:
    assert stranger(first) is None
    assert describe(first) is None


@pytest.mark.parametrize("client_id", ["", "app", "user", "PING", "MQTT", "a" * 300])
def test_no_request_of_kafka_is_taken_for_a_stranger(client_id: str) -> None:
    """Each API in each version, and every beginning of it."""
    for api_key in range(93):
        for api_version in range(18):
            out = bytearray()
            start = begin_request(
                out, api_key=3, api_version=0, correlation_id=1, client_id=client_id
            )
            out[start + 4 : start + 8] = bytes([0, api_key, 0, api_version])
            end_frame(out, start)
            first = bytes(out[:FIRST_BYTES])
            assert stranger(first) is None, first
    for length in range(FIRST_BYTES):
        assert stranger(first[:length]) is None

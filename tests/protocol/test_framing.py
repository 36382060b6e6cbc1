"""Request and response headers: layouts, the ApiVersions exception, broken bytes."""

from __future__ import annotations

import pytest
from wirekafka_protocol.api_keys import ApiKey
from wirekafka_protocol.codec import encode
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.framing import (
    begin_request,
    begin_response,
    end_frame,
    is_response_header_flexible,
    parse_request_header,
    parse_response_header,
)
from wirekafka_protocol.messages.headers import RequestHeader, ResponseHeader

FIXED = bytes.fromhex("0000 0008 00000007 0002 6162")  # Produce 8, correlation id 7, client "ab"
FLEXIBLE = bytes.fromhex("0000 0009 00000007 0002 6162 00")
TAGGED = bytes.fromhex("0000 0009 00000007 0002 6162 02 00 03 616263 05 00")


@pytest.mark.parametrize(("raw", "version"), [(FIXED, 8), (FLEXIBLE, 9), (TAGGED, 9)])
def test_a_request_header_ends_where_the_body_begins(raw: bytes, version: int) -> None:
    frame = b"size" + raw + b"body"
    header = parse_request_header(frame, 4, len(frame))
    assert header == (0, version, 7, "ab", 4 + len(raw))
    assert frame[header.body_pos :] == b"body"


@pytest.mark.parametrize("raw", [FIXED, FLEXIBLE, TAGGED])
def test_a_request_header_that_ends_early_is_refused(raw: bytes) -> None:
    for end in range(len(raw)):
        for buffer in (raw[:end], memoryview(raw + bytes(100))):
            with pytest.raises(ProtocolError):
                parse_request_header(buffer, 0, end)


def test_a_request_may_have_no_client_id() -> None:
    header = parse_request_header(bytes.fromhex("0012 0000 00000001 ffff"), 0, 10)
    assert header.client_id is None
    assert header.body_pos == 10


def test_more_tags_than_bytes_are_refused() -> None:
    raw = FLEXIBLE[:-1] + b"\xff\xff\xff\xff\x07"
    with pytest.raises(ProtocolError, match="2147483647 tags"):
        parse_request_header(raw, 0, len(raw))


@pytest.mark.parametrize("key", [-1, 4, 93, 32767])
def test_an_unknown_key_is_read_with_the_fixed_header(key: int) -> None:
    raw = key.to_bytes(2, "big", signed=True) + FIXED[2:]
    assert parse_request_header(raw, 0, len(raw)).client_id == "ab"


def test_an_unknown_version_of_api_versions_is_read() -> None:
    """Clients newer than us open with it and must get an answer (KIP-511)."""
    raw = bytes.fromhex("0012 0063 00000001 0001 61 00")
    assert parse_request_header(raw, 0, len(raw)) == (18, 99, 1, "a", len(raw))


@pytest.mark.parametrize(
    ("key", "version", "flexible"),
    [
        (ApiKey.PRODUCE, 8, False),
        (ApiKey.PRODUCE, 9, True),
        (ApiKey.API_VERSIONS, 2, False),
        (ApiKey.API_VERSIONS, 3, False),
        (ApiKey.API_VERSIONS, 4, False),
        (ApiKey.SASL_HANDSHAKE, 1, False),
        (ApiKey.OFFSET_DELETE, 0, False),
        (ApiKey.CONSUMER_GROUP_HEARTBEAT, 0, True),
    ],
)
def test_a_response_header_has_tags_when_the_request_had_but_never_for_api_versions(
    key: ApiKey, version: int, flexible: bool
) -> None:
    assert is_response_header_flexible(key, version) is flexible
    out = bytearray(b"before")
    start = begin_response(out, api_key=key, api_version=version, correlation_id=-5)
    out += b"body"
    end_frame(out, start)
    header = encode(ResponseHeader(-5), 1 if flexible else 0)
    size = (len(header) + 4).to_bytes(4, "big")
    assert bytes(out) == b"before" + size + header + b"body"
    pos = start + 4
    assert parse_response_header(out, pos, len(out), api_key=key, api_version=version) == (
        -5,
        len(out) - 4,
    )


@pytest.mark.parametrize(("version", "header_version"), [(8, 1), (9, 2)])
@pytest.mark.parametrize("client_id", [None, "", "é"])
def test_a_written_request_header_is_the_message(
    version: int, header_version: int, client_id: str | None
) -> None:
    out = bytearray()
    start = begin_request(
        out, api_key=0, api_version=version, correlation_id=9, client_id=client_id
    )
    end_frame(out, start)
    header = encode(RequestHeader(0, version, 9, client_id), header_version)
    assert bytes(out) == len(header).to_bytes(4, "big") + header
    assert parse_request_header(out, 4, len(out)) == (0, version, 9, client_id, len(out))


def test_a_response_header_that_ends_early_is_refused() -> None:
    raw = bytes(5)
    for end in range(5):
        for buffer in (raw[:end], raw + bytes(9)):
            with pytest.raises(ProtocolError):
                parse_response_header(buffer, 0, end, api_key=0, api_version=9)

"""ApiVersions: the table, unknown versions (KIP-511), who the client says it is (KIP-584)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from wirekafka_protocol.codec import decode
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse

from wirekafka.apis.table import APIS

ROWS = [(api.key, api.advertised_min, api.max_version) for api in APIS]


def rows(response: ApiVersionsResponse) -> list[tuple[int, int, int]]:
    return [(row.api_key, row.min_version, row.max_version) for row in response.api_keys]


def who(name: str = "apache-kafka-java", version: str = "4.3.1") -> ApiVersionsRequest:
    return ApiVersionsRequest(client_software_name=name, client_software_version=version)


@pytest.mark.parametrize("version", range(5))
def test_the_answer_is_the_table(room: Any, version: int) -> None:
    response = room.ask(who(), version)
    assert response.error_code == 0
    assert rows(response) == ROWS
    assert rows(response) == sorted(ROWS)


def test_produce_is_advertised_from_0(room: Any) -> None:
    """KAFKA-18659: librdkafka takes a higher minimum to mean that it cannot produce."""
    assert rows(room.ask(who(), 0))[0] == (0, 0, 13)


@pytest.mark.parametrize("version", range(5))
def test_the_response_header_has_no_tags(
    room: Any, frame_bytes: Callable[[Any], bytes], version: int
) -> None:
    data = frame_bytes(room.handle(room.frame(who(), version)))
    assert struct.unpack_from(">i", data, 4) == (77,)
    assert decode(ApiVersionsResponse, version, data[8:]).error_code == 0


@pytest.mark.parametrize("version", [3, 4])
def test_features_come_with_their_levels(room: Any, version: int) -> None:
    response = room.ask(who(), version)
    supported = {f.name: (f.min_version, f.max_version) for f in response.supported_features}
    finalized = {
        f.name: (f.min_version_level, f.max_version_level) for f in response.finalized_features
    }
    assert supported["metadata.version"] == (7, 30)
    assert finalized["metadata.version"] == (30, 30)
    assert finalized["transaction.version"] == (2, 2)
    # Old clients take a lowest level of 0 for an error (KAFKA-17492).
    assert supported.get("transaction.version") == ((0, 2) if version >= 4 else None)
    assert response.finalized_features_epoch == room.metadata_revision
    if version < 4:
        assert all(lowest > 0 for lowest, _ in supported.values())  # KAFKA-17492


@pytest.mark.parametrize("version", [5, 6, 127, 32767, -1, -32768])
@pytest.mark.parametrize("body", [b"", b"\xff" * 30, b"\0\0\0"], ids=["none", "noise", "zeros"])
def test_an_unknown_version_is_answered_in_the_layout_of_version_0(
    room: Any, frame_bytes: Callable[[Any], bytes], version: int, body: bytes
) -> None:
    frame = struct.pack(">hhih", 18, version, 77, 2) + b"me"
    if version >= 3:
        frame += b"\0"
    data = frame_bytes(room.handle(bytearray(frame + body)))
    response = decode(ApiVersionsResponse, 0, data[8:])
    assert response.error_code == ErrorCode.UNSUPPORTED_VERSION
    assert rows(response) == [(18, 0, 4)]
    assert struct.unpack_from(">ii", data) == (len(data) - 4, 77)


@pytest.mark.parametrize("version", [0, 1, 2, 3, 4])
def test_a_request_cut_short_is_a_protocol_error(room: Any, version: int) -> None:
    whole = room.frame(who(), version)
    for end in range(len(whole)):
        with pytest.raises(ProtocolError):
            room.handle(whole[:end])


@pytest.mark.parametrize(
    "text", ["a", "librdkafka", "2.6.0-RC1", "a.b-c.d", "0", "a" * 1000, "A-.-.-9"]
)
def test_a_proper_name_and_version_are_remembered(room: Any, text: str) -> None:
    assert room.ask(who(text, text), 3).error_code == 0
    assert room.peer.software == (text, text)


@pytest.mark.parametrize(
    "text", ["", "-a", "a-", ".a", "a.", "a b", "a_b", "é", "a\n", "a\n\n", "(", "a" * 1000 + "-"]
)
@pytest.mark.parametrize("version", [3, 4])
def test_an_improper_name_or_version_is_refused(room: Any, version: int, text: str) -> None:
    for request in (who(name=text), who(version=text)):
        response = room.ask(request, version)
        assert response.error_code == ErrorCode.INVALID_REQUEST
        assert response.api_keys == []
    assert room.peer.software == ("", "")


def test_below_version_3_nobody_says_who_they_are(room: Any) -> None:
    assert room.ask(ApiVersionsRequest(), 2).error_code == 0
    assert room.peer.software == ("", "")

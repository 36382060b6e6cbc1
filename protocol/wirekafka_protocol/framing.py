"""The first bytes of a frame: headers of requests and responses.

    frame     size int32, then that many bytes: a header and a body
    request   api_key int16, api_version int16, correlation_id int32, client_id: int16 length or -1,
              UTF-8; from the API's first flexible version on a tag section (header version 2)
    response  correlation_id int32; a tag section where the request had one, except for ApiVersions,
              whose answer must be readable by a client that knows no versions yet (KIP-511)

Finding the frames in a stream is the connection's work: it owns the buffers and the limits.
Request header version 0 went with ControlledShutdown 0, which Kafka 4 does not read.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from wirekafka_protocol.api_keys import FIRST_FLEXIBLE, ApiKey
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.schema import Records
from wirekafka_protocol.varints import read_uvarint

SIZE_BYTES = 4
"""Length of the size that precedes every frame; the size does not count itself."""

_REQUEST = struct.Struct(">hhih")
_INT32 = struct.Struct(">i")
_SIZE_AND_CORRELATION = struct.Struct(">ii")
_FLEXIBLE_RESPONSE = struct.Struct(">iix")
_API_VERSIONS = ApiKey.API_VERSIONS.value
_KEYS = len(FIRST_FLEXIBLE)
_make = tuple.__new__  # a named tuple's own constructor takes as long as the rest of the header


class FrameHeader(NamedTuple):
    """A request's header, and the position of its body."""

    api_key: int
    api_version: int
    correlation_id: int
    client_id: str | None
    body_pos: int


def parse_request_header(buf: Records, pos: int, end: int) -> FrameHeader:
    """The header at `pos` of a request that ends at `end`; raises ProtocolError.

    An unknown key is read with the fixed header, so that a log line can name the client.
    """
    try:
        api_key, api_version, correlation_id, length = _REQUEST.unpack_from(buf, pos)
        pos += 10
        client_id = None
        if length >= 0:
            stop = pos + length
            client_id = str(buf[pos:stop], "utf-8", "replace")
            pos = stop
        if 0 <= api_key < _KEYS and api_version >= FIRST_FLEXIBLE[api_key]:
            pos = pos + 1 if buf[pos] == 0 else _skip_tags(buf, pos, end)
    except (IndexError, struct.error):
        raise ProtocolError("a request ends inside its header") from None
    if pos > end:
        raise ProtocolError(f"a request ends {pos - end} bytes inside its header")
    return _make(FrameHeader, (api_key, api_version, correlation_id, client_id, pos))


def is_request_header_flexible(api_key: int, api_version: int) -> bool:
    """Whether the request carries header version 2."""
    return 0 <= api_key < _KEYS and api_version >= FIRST_FLEXIBLE[api_key]


def is_response_header_flexible(api_key: int, api_version: int) -> bool:
    """Whether the response carries header version 1."""
    return api_key != _API_VERSIONS and is_request_header_flexible(api_key, api_version)


def begin_response(out: bytearray, *, api_key: int, api_version: int, correlation_id: int) -> int:
    """Append an unset size and the response header; give the result to `end_frame`."""
    start = len(out)
    flexible = is_response_header_flexible(api_key, api_version)
    out += (_FLEXIBLE_RESPONSE if flexible else _SIZE_AND_CORRELATION).pack(0, correlation_id)
    return start


def begin_request(
    out: bytearray, *, api_key: int, api_version: int, correlation_id: int, client_id: str | None
) -> int:
    """Append an unset size and the request header; give the result to `end_frame`."""
    start = len(out)
    raw = b"" if client_id is None else client_id.encode()
    length = -1 if client_id is None else len(raw)
    out += bytes(SIZE_BYTES)
    out += _REQUEST.pack(api_key, api_version, correlation_id, length)
    out += raw
    if is_request_header_flexible(api_key, api_version):
        out.append(0)
    return start


def end_frame(out: bytearray, start: int) -> None:
    """Set the size of the frame that began at `start` and reaches to the end of `out`."""
    _INT32.pack_into(out, start, len(out) - start - SIZE_BYTES)


def parse_response_header(
    buf: Records, pos: int, end: int, *, api_key: int, api_version: int
) -> tuple[int, int]:
    """The correlation id and the position of the body; raises ProtocolError."""
    try:
        (correlation_id,) = _INT32.unpack_from(buf, pos)
        pos += 4
        if is_response_header_flexible(api_key, api_version):
            pos = _skip_tags(buf, pos, end)
    except (IndexError, struct.error):
        raise ProtocolError("a response ends inside its header") from None
    if pos > end:
        raise ProtocolError(f"a response ends {pos - end} bytes inside its header")
    return correlation_id, pos


def _skip_tags(buf: Records, pos: int, end: int) -> int:
    """The position behind the tag section at `pos`."""
    count, pos = read_uvarint(buf, pos)
    if count > end - pos:
        raise ProtocolError(f"{count} tags in {end - pos} bytes of header")
    for _ in range(count):
        _tag, pos = read_uvarint(buf, pos)
        size, pos = read_uvarint(buf, pos)
        pos += size
    return pos

"""A recorded conversation: one JSON object per request, with its decoded answer.

    {"connection": 1, "at": 0.25, "api": "Fetch", "version": 16, "client_id": "app",
     "correlation_id": 7, "request": {…}, "answer": {…}, "ms": 3.125}

Fields are those of the message, by name. Ids are base64url text, bytes and records hexadecimal
text after "0x". `answer` is null where none came (Produce with acks=0), "closed" where the broker
ended the connection instead, "abandoned" where the client did not wait for it. A frame that cannot
be read is kept as {"raw": "0x…"}. `at` are seconds since the recording began.
"""

from __future__ import annotations

from typing import Any

from wirekafka_protocol.api_keys import API_FACTS, ApiKey, request_class, response_class
from wirekafka_protocol.codec import decode, encode
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.framing import (
    begin_request,
    end_frame,
    parse_request_header,
    parse_response_header,
)
from wirekafka_protocol.schema import Field, Message, Struct
from wirekafka_protocol.uuids import uuid_from_text

from wirekafka.observe.plain import plain

CLOSED = "closed"
ABANDONED = "abandoned"

NOT_KEPT = "not kept"
"""An answer that came, of which too little is known to compare it."""


def message_from(kind: type[Struct], values: dict[str, Any]) -> Any:
    """The opposite of `plain`."""
    message = kind()
    for field in kind.FIELDS:
        if field.name in values:
            setattr(message, field.name, _value_from(field, values[field.name]))
    return message


def read_request(frame: bytes) -> dict[str, Any]:
    """What a request frame without its size says; ProtocolError for what cannot be read."""
    header = parse_request_header(frame, 0, len(frame))
    try:
        key = ApiKey(header.api_key)
    except ValueError:
        raise ProtocolError(f"unknown api key {header.api_key}") from None
    kind = request_class(key)
    if header.api_version not in kind.VERSIONS:
        raise ProtocolError(f"{API_FACTS[key].name} has no version {header.api_version}")
    message = decode(kind, header.api_version, memoryview(frame)[header.body_pos :])
    return {
        "api": API_FACTS[key].name,
        "version": header.api_version,
        "client_id": header.client_id,
        "correlation_id": header.correlation_id,
        "request": plain(message),
    }


def read_answer(request: dict[str, Any], frame: bytes) -> dict[str, Any]:
    """The decoded answer to a request that `read_request` gave."""
    return plain(answer_message(request, frame))


def answer_message(request: dict[str, Any], frame: bytes) -> Message:
    """The answer as a message."""
    key = key_of(request["api"])
    version = request["version"]
    _, position = parse_response_header(
        frame, 0, len(frame), api_key=key.value, api_version=version
    )
    body = memoryview(frame)[position:]
    if key is ApiKey.API_VERSIONS and int.from_bytes(body[:2], "big") == 35:
        version = 0  # the layout that every client can read
    return decode(response_class(key), version, body)


def write_request(request: dict[str, Any]) -> bytes:
    """The whole frame of a recorded request."""
    key = key_of(request["api"])
    out = bytearray()
    start = begin_request(
        out,
        api_key=key.value,
        api_version=request["version"],
        correlation_id=request["correlation_id"],
        client_id=request["client_id"],
    )
    out += encode(message_from(request_class(key), request["request"]), request["version"])
    end_frame(out, start)
    return bytes(out)


def key_of(name: str) -> ApiKey:
    """The key of an API by Kafka's name; KeyError for none."""
    return _KEYS[name]


def _value_from(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field.is_array:
        return [_one_from(field, item) for item in value]
    return _one_from(field, value)


def _one_from(field: Field, value: Any) -> Any:
    if field.struct is not None:
        return message_from(field.struct, value)
    if field.type == "uuid":
        return uuid_from_text(value)
    if field.type in ("bytes", "records"):
        return bytes.fromhex(value.removeprefix("0x"))
    return value


_KEYS = {facts.name: key for key, facts in API_FACTS.items()}

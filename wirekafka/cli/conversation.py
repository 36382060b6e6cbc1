"""A recorded conversation: one JSON object per request, with its decoded answer.

    {"connection": 1, "api": "Fetch", "version": 16, "client_id": "app", "correlation_id": 7,
     "request": {…}, "answer": {…}, "ms": 3.1}

Fields are those of the message, by name. Ids are base64url text, bytes and records hexadecimal
text after "0x". `answer` is null where none came (Produce with acks=0), "closed" where the broker
ended the connection instead, "abandoned" where the client did not wait for it. A frame that cannot
be read is kept as {"raw": "0x…"}.

What differs from run to run gets placeholders before two answers are compared: ids, member ids,
producer ids, sessions, addresses and times, numbered in the order in which they appear, so that
"the same id again" still has to be the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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

MAPPED = frozenset(
    {"topic_id", "member_id", "leader", "members", "producer_id", "session_id", "cluster_id"}
)
"""Fields whose values a broker makes up: a replay puts in those of its own broker."""

_ADDRESS = frozenset({"host", "port"})
_VARYING = re.compile(
    r".*(timestamp|_time_ms|finalized_features_epoch|broker_epoch|throttle_time_ms)"
)


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


class Placeholders:
    """Stands in for what differs from run to run. One for each side of a comparison."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], str] = {}

    def of(self, answer: Any, name: str = "") -> Any:
        """The same answer with placeholders."""
        if isinstance(answer, dict):
            return {key: self.of(value, key) for key, value in answer.items()}
        if isinstance(answer, list):
            return [self.of(value, name) for value in answer]
        if name in _ADDRESS:
            return f"<{name}>"
        if _VARYING.fullmatch(name):
            return "<time>" if answer not in (0, -1) else answer
        if name in MAPPED and answer not in ("", -1, 0, None):
            return self._seen.setdefault((name, str(answer)), f"<{name} {len(self._seen) + 1}>")
        return answer


def differences(expected: Any, got: Any, path: str = "") -> Iterator[str]:
    """One line for each place at which two answers differ."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in sorted({*expected, *got}):
            yield from differences(expected.get(key), got.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif expected != got:
        yield f"{path or 'answer'}: recorded {_short(expected)}, got {_short(got)}"


def learn(recorded: Any, got: Any, known: dict[Any, Any], name: str = "") -> None:
    """Note which value of the replay stands for which recorded one, in fields of MAPPED."""
    if isinstance(recorded, dict) and isinstance(got, dict):
        for key in recorded:
            learn(recorded[key], got.get(key), known, key)
    elif isinstance(recorded, list) and isinstance(got, list):
        for one, other in zip(recorded, got, strict=False):
            learn(one, other, known, name)
    elif name in MAPPED and recorded != got and recorded not in ("", -1, 0, None):
        known[recorded] = got


def translate(request: Any, known: dict[Any, Any], name: str = "") -> Any:
    """A recorded request with the values that the broker of the replay gave out."""
    if isinstance(request, dict):
        return {key: translate(value, known, key) for key, value in request.items()}
    if isinstance(request, list):
        return [translate(value, known, name) for value in request]
    return known.get(request, request) if name in MAPPED else request


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


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "…"


_KEYS = {facts.name: key for key, facts in API_FACTS.items()}

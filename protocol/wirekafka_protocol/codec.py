"""Messages to bytes and back: one function per (message, version), compiled on first use.

The functions are written by `decoding.py` and `encoding.py` from the facts that a message class
carries. They are pure, so keeping them for the life of the process is no state.

    decode_v9 = decoder(ProduceRequest, 9)
    request, body_end = decode_v9(frame, body_pos, frame_end)

A decoder raises ProtocolError for bytes that are no such message, never reads what it returns from
behind `end`, skips unknown tags, and leaves bytes behind the message to its caller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from wirekafka_protocol.decoding import decoder_source
from wirekafka_protocol.encoding import encoder_source
from wirekafka_protocol.schema import Message, Records

M = TypeVar("M", bound=Message)

Decoder: TypeAlias = Callable[[Records, int, int], tuple[M, int]]
"""(buf, pos, end) -> (message, position behind it). `records` fields are views into buf."""

Encoder: TypeAlias = Callable[[M, bytearray], None]
"""Appends the message to the bytearray."""

_decoders: dict[tuple[type[Message], int], Callable[..., Any]] = {}
_encoders: dict[tuple[type[Message], int], Callable[..., Any]] = {}


def decoder(message: type[M], version: int) -> Decoder[M]:
    """The function that decodes this version; ValueError if the message has no such version."""
    found = _decoders.get((message, version))
    if found is None:
        source, names = decoder_source(message, version)
        exec(compile(source, f"<decode {message.__name__} v{version}>", "exec"), names)
        found = _decoders[message, version] = names["decode"]
    return found


def encoder(message: type[M], version: int) -> Encoder[M]:
    """The function that encodes this version; ValueError if the message has no such version."""
    found = _encoders.get((message, version))
    if found is None:
        source, names = encoder_source(message, version)
        exec(compile(source, f"<encode {message.__name__} v{version}>", "exec"), names)
        found = _encoders[message, version] = names["encode"]
    return found


def decode(message: type[M], version: int, data: Records) -> M:
    """The message that the data starts with."""
    return decoder(message, version)(data, 0, len(data))[0]


def encode(message: Message, version: int) -> bytes:
    """The message's bytes."""
    out = bytearray()
    encoder(type(message), version)(message, out)
    return bytes(out)

"""Large JSON documents, read in turns.

To decode 64 MB at once takes half a second in which nobody is served, in a thread as well: the
decoder does not let go of Python's lock. So the document is cut at commas, and every piece is
decoded by itself, as a small document with the same outer name around it:

    {"records": [r0, r1, r2], "n": 1}    is    {"records":[r0,r1]}, {"records":[r2]}, {"n":1}

The cutting only finds where strings and brackets end; whether a piece is JSON, and of the right
type, its decoder says. Places in its complaints are counted from the beginning of the document.
One element is never cut: what is larger than a piece is decoded whole, up to `MAX_ELEMENT_BYTES`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from wirekafka.control.routes import Body
from wirekafka.instrument.turns import Turns

PIECE_BYTES = 64 * 1024
"""Half a millisecond of decoding. What is smaller is not cut at all."""

MAX_ELEMENT_BYTES = 16 * 1024 * 1024
"""Many times `max.message.bytes`, and a twentieth of a second."""

MAX_SPACE_BYTES = 64 * 1024
"""Between two words, at once."""

_STEPS = 100
"""From bracket to bracket: a tenth of a millisecond."""

_DEEPEST = 1_000
"""About where the decoder gives up."""

_SPACE = re.compile(rb"[ \t\n\r]*+")
_KEY = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_IN_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_TO_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
"""Over everything, whole strings too, up to the next bracket."""
_TO_COMMA = re.compile(rb'(?:[^",\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)

_QUOTE, _COMMA, _COLON = b'",:'
_OPENING, _CLOSING = b"[{", b"]}"
_PLACE = re.compile(r"(`\$\.[^`\[.]*\[)(\d+)")
_BYTE = re.compile(r"\(byte (\d+)\)")

B = TypeVar("B", bound=Body)


class Cut:
    """A part of one field: a value, or some elements of a list, `first` being the number of the
    first of them. `start` and `end` are its bytes."""

    __slots__ = ("end", "first", "is_list", "key", "start")

    def __init__(self, key: bytes, start: int, end: int, first: int, *, is_list: bool) -> None:
        self.key = key
        self.start = start
        self.end = end
        self.first = first
        self.is_list = is_list


async def read_in_turns(kind: type[B], data: bytes | bytearray) -> B:
    """The document as one of `kind`, whose long fields are lists. Raises as `cuts`."""
    turns = Turns()
    whole: dict[str, Any] = {}
    for cut in cuts(data):
        if turns.is_over:
            await turns.next()
        if cut is None:
            continue
        part = _decoded(kind, data, cut)
        name = msgspec.json.decode(cut.key)
        found = getattr(part, _attribute(kind, name))
        if cut.is_list and cut.first:
            whole[name] += found
        else:
            whole[name] = found
    return kind(**whole)


def cuts(data: bytes | bytearray) -> Iterator[Cut | None]:
    """Where to cut an object; None where some time has passed without a cut. Raises
    msgspec.DecodeError, RecursionError."""
    at = _expect(data, _spaced(data, 0), b"{"[0])
    at = _spaced(data, at)
    is_more = _byte(data, at) != _CLOSING[1]
    while is_more:
        key = _KEY.match(data, at)
        if key is None:
            raise _malformed(at)
        at = _spaced(data, _expect(data, _spaced(data, key.end()), _COLON))
        scan = _Scan(data, at)
        if _byte(data, at) == _OPENING[0]:
            yield from scan.elements(key[0])
        else:
            yield from scan.to_end_of_element()
            yield Cut(key[0], at, scan.at, 0, is_list=False)
        at = scan.at
        is_more = _byte(data, at) == _COMMA
        at = _spaced(data, at + 1) if is_more else at
    at = _spaced(data, _expect(data, at, _CLOSING[1]))
    if at != len(data):
        raise _malformed(at)


class _Scan:
    """A place in a document that moves on, a piece at a time."""

    def __init__(self, data: bytes | bytearray, at: int) -> None:
        self._data = data
        self.at = at

    def elements(self, key: bytes) -> Iterator[Cut | None]:
        """A list, in pieces; ends behind it and the space that follows."""
        self.at += 1
        start, first, count = self.at, 0, 0
        while True:
            yield from self.to_end_of_element()
            count += 1
            is_last = _byte(self._data, self.at) != _COMMA
            if is_last or self.at - start >= PIECE_BYTES:
                if _spaced(self._data, start) == self.at and (first or not is_last):
                    raise _malformed(self.at)  # a comma too many
                yield Cut(key, start, self.at, first, is_list=True)
                start, first = self.at + 1, count
            self.at += 1
            if is_last:
                _expect(self._data, self.at - 1, _CLOSING[0])
                self.at = _spaced(self._data, self.at)
                return

    def to_end_of_element(self) -> Iterator[None]:
        """Up to a comma or a closing bracket that is not the element's own."""
        data = self._data
        start = self.at
        depth = 0
        for step in itertools.count():
            pattern = _TO_BRACKET if depth else _TO_COMMA
            limit = self.at + PIECE_BYTES
            found = pattern.match(data, self.at, limit)
            assert found is not None, "the pattern matches nothing, too"
            if found.end() == limit or not step % _STEPS:
                yield None
                self._check_size(start)
            self.at = found.end()
            if self.at == limit:
                continue
            byte = _byte(data, self.at)
            if byte == _QUOTE:
                yield from self._over_long_string(start)
            elif byte in _OPENING:
                depth += 1
                self.at += 1
                if depth > _DEEPEST:
                    raise RecursionError
            elif not depth:
                return
            else:
                depth -= 1
                self.at += 1

    def _over_long_string(self, start: int) -> Iterator[None]:
        """One that does not end within a piece, in the element that begins at `start`."""
        self.at += 1
        while True:
            found = _IN_STRING.match(self._data, self.at, self.at + PIECE_BYTES)
            assert found is not None, "the pattern matches nothing, too"
            ended = found.end()
            if _byte(self._data, ended) == _QUOTE:
                self.at = ended + 1
                return
            if ended == self.at:
                raise _malformed(ended)  # a backslash at the very end
            self.at = ended
            yield None
            self._check_size(start)

    def _check_size(self, start: int) -> None:
        if self.at - start > MAX_ELEMENT_BYTES:
            text = f"JSON has a value of more than {MAX_ELEMENT_BYTES} bytes (byte {start})"
            raise msgspec.DecodeError(text)


def _decoded(kind: type[B], data: bytes | bytearray, cut: Cut) -> B:
    before, behind = (b"[", b"]}") if cut.is_list else (b"", b"}")
    head = b"{" + cut.key + b":" + before
    try:
        return msgspec.json.decode(head + data[cut.start : cut.end] + behind, type=kind)
    except msgspec.ValidationError as error:
        text = _PLACE.sub(lambda m: f"{m[1]}{int(m[2]) + cut.first}", str(error))
        raise msgspec.ValidationError(text) from None
    except msgspec.DecodeError as error:
        moved = cut.start - len(head)
        text = _BYTE.sub(lambda m: f"(byte {int(m[1]) + moved})", str(error))
        raise msgspec.DecodeError(text) from None


def _attribute(kind: type[Body], name: str) -> str:
    fields = msgspec.structs.fields(kind)
    return next(field.name for field in fields if field.encode_name == name)


def _byte(data: bytes | bytearray, at: int) -> int:
    if at >= len(data):
        raise msgspec.DecodeError("Input data was truncated")
    return data[at]


def _spaced(data: bytes | bytearray, at: int) -> int:
    """Behind the space."""
    found = _SPACE.match(data, at, at + MAX_SPACE_BYTES)
    assert found is not None, "the pattern matches nothing, too"
    if found.end() == at + MAX_SPACE_BYTES:
        raise msgspec.DecodeError(f"JSON has {MAX_SPACE_BYTES} bytes of space (byte {at})")
    return found.end()


def _expect(data: bytes | bytearray, at: int, byte: int) -> int:
    """The place behind it."""
    if _byte(data, at) != byte:
        raise _malformed(at)
    return at + 1


def _malformed(at: int) -> msgspec.DecodeError:
    return msgspec.DecodeError(f"JSON is malformed: invalid character (byte {at})")

"""Keys, values and headers, which are any bytes, as something that a person can read.

`brief` is for a line of a table, `whole` for the page of one record. Neither reads more than it
shows: a value of a megabyte is cut before it is decoded. Control characters, and those that change
the direction of text, are shown as escapes, so that nothing can look like what it is not.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

View = Literal["auto", "text", "json", "hex"]

BRIEF_CHARACTERS = 160
"""Two lines of a table."""

WHOLE_BYTES = 256 * 1024
"""Of a value on a page of its own; a browser shows that much at once."""

WHOLE_HEX_BYTES = 16 * 1024
"""A line of the dump has 16 of them, and is five times as long."""

_HEX_ROW = 16
_BRIEF_HEX_BYTES = 48
_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)|(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)"
)
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """`kind` is null, empty, text, json or hex; `left_out` bytes are not shown."""

    kind: Literal["null", "empty", "text", "json", "hex"]
    text: str = ""
    left_out: int = 0


def brief(data: bytes | None, view: View = "auto") -> Shown:
    """One line."""
    if not data:
        return _nothing(data)
    if view in ("auto", "text", "json"):
        found = _json(data, view, indent=0) if len(data) <= WHOLE_BYTES else None
        if found is None:
            found = _text(data, BRIEF_CHARACTERS * 4, view)
        if found is not None:
            line = " ".join(found.text.split())
            if len(line) > BRIEF_CHARACTERS:
                line = line[:BRIEF_CHARACTERS] + "…"
            return Shown(found.kind, visible(line))
    more = "…" if len(data) > _BRIEF_HEX_BYTES else ""
    return Shown("hex", data[:_BRIEF_HEX_BYTES].hex(" ") + more)


def whole(data: bytes | None, view: View = "auto") -> Shown:
    """Lines: text as it is, JSON indented, or a dump in hexadecimal digits."""
    if not data:
        return _nothing(data)
    if view in ("auto", "json") and len(data) <= WHOLE_BYTES:
        found = _json(data, view, indent=2)
        if found is not None:
            return Shown("json", visible(found.text))
    if view != "hex":
        found = _text(data, WHOLE_BYTES, view)
        if found is not None:
            return Shown("text", visible(found.text), found.left_out)
    shown = data[:WHOLE_HEX_BYTES]
    return Shown("hex", "\n".join(_dump(shown)), len(data) - len(shown))


def visible(text: str) -> str:
    """With escapes for what would not be seen; line ends and tabs stay."""
    return _HIDDEN.sub(_escape, text)


def tokens(json_text: str) -> Iterator[tuple[str, str]]:
    """The parts of indented JSON with their kinds (key, text, number, word, or "" for the rest);
    put together they are the text again."""
    end = 0
    for found in _TOKEN.finditer(json_text):
        if found.start() > end:
            yield "", json_text[end : found.start()]
        yield found.lastgroup or "", found[0]
        end = found.end()
    if end < len(json_text):
        yield "", json_text[end:]


def _nothing(data: bytes | None) -> Shown:
    return Shown("null" if data is None else "empty")


def _json(data: bytes, view: View, *, indent: int) -> Shown | None:
    """None when it is none; a mere number or word is text unless JSON is asked for. Digits stay as
    they are: nothing is parsed into numbers."""
    if view == "text" or (view == "auto" and data.lstrip()[:1] not in (b"{", b"[")):
        return None
    try:
        return Shown("json", msgspec.json.format(data, indent=indent).decode())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _text(data: bytes, limit: int, view: View) -> Shown | None:
    """None when it is no UTF-8 as far as it is shown, or has zeros in it, unless text is asked
    for."""
    piece = data[:limit]
    is_cut = len(piece) < len(data)
    if view == "text":
        return Shown("text", piece.decode("utf-8", "replace"), len(data) - len(piece))
    try:
        # What is cut may end within a character.
        text = codecs.getincrementaldecoder("utf-8")().decode(piece, final=not is_cut)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else Shown("text", text, len(data) - len(piece))


def _dump(data: bytes) -> Iterator[str]:
    for start in range(0, len(data), _HEX_ROW):
        row = data[start : start + _HEX_ROW]
        digits = f"{row[:8].hex(' '):<23}  {row[8:].hex(' '):<23}"
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        yield f"{start:08x}  {digits}  {letters}"


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

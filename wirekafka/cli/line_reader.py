"""How a line of input becomes a record: headers, key and value, as the properties say.

Bytes stay bytes: what is no UTF-8 arrives as it is, where Java's reader puts a question mark.
Source: `LineMessageReader` in 4.3.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from wirekafka_protocol.records.record import Header

from wirekafka.cli.output import CommandError

_SEPARATORS = ("headers_delimiter", "headers_separator", "headers_key_separator")


@dataclass(frozen=True, slots=True)
class LineReader:
    """How a line is taken apart."""

    parse_key: bool = False
    parse_headers: bool = False
    key_separator: bytes = b"\t"
    headers_delimiter: bytes = b"\t"
    headers_separator: bytes = b","
    headers_key_separator: bytes = b":"
    null_marker: bytes | None = None
    ignore_error: bool = False

    @staticmethod
    def from_properties(properties: dict[str, str]) -> LineReader:
        """The reader that Kafka's property names describe; raises CommandError."""
        values: dict[str, bytes | bool] = {}
        for name, text in properties.items():
            field = name.replace(".", "_")
            if field not in LineReader.__dataclass_fields__:
                raise CommandError(f"--property {name} is not supported")
            if field.startswith(("parse_", "ignore_")):
                values[field] = text.strip().lower() == "true"
            else:
                values[field] = text.encode()
        reader = LineReader(**values)  # type: ignore[arg-type]  # each by its own field
        pairs = [*combinations(_SEPARATORS, 2)]
        pairs += [("null_marker", name) for name in ("key_separator", *_SEPARATORS)]
        for one, other in pairs:
            if getattr(reader, one) == getattr(reader, other):
                names = f"{one} and {other}".replace("_", ".")
                raise CommandError(f"{names} may not be equal")
        for name in ("key_separator", *_SEPARATORS):
            if not getattr(reader, name):
                raise CommandError(f"{name.replace('_', '.')} may not be empty")
        return reader

    @property
    def is_plain(self) -> bool:
        """Whether a line is the value, and nothing else."""
        return not (self.parse_key or self.parse_headers or self.null_marker is not None)

    def split(self, line: bytes, number: int) -> tuple[bytes | None, bytes | None, list[Header]]:
        """Key, value and headers of a line without its end; a null marker stands for None."""
        whole = line
        headers: list[Header] = []
        text: bytes | None = None
        key: bytes | None = None
        if self.parse_headers:
            what = "headers delimiter"
            text, line = self._cut(whole, line, self.headers_delimiter, what, number)
        if self.parse_key:
            key, line = self._cut(whole, line, self.key_separator, "key separator", number)
        if text is not None and text != self.null_marker:
            headers = self._headers(text, number)
        value = None if line == self.null_marker else line
        return None if key == self.null_marker else key, value, headers

    def _headers(self, text: bytes, number: int) -> list[Header]:
        found: list[Header] = []
        for pair in text.split(self.headers_separator):
            key, separator, content = pair.partition(self.headers_key_separator)
            if not separator and not self.ignore_error:
                raise CommandError(
                    f"No header key separator found in pair '{_shown(pair)}' on line number "
                    f"{number}"
                )
            if separator and key == self.null_marker:
                raise CommandError(
                    "Header keys should not be equal to the null marker "
                    f"'{_shown(key)}' as they can't be null"
                )
            value = content if separator and content != self.null_marker else None
            found.append((_shown(key), value))
        return found

    def _cut(
        self, whole: bytes, text: bytes, separator: bytes, what: str, number: int
    ) -> tuple[bytes | None, bytes]:
        before, found, after = text.partition(separator)
        if found:
            return before, after
        if self.ignore_error:
            return None, text
        raise CommandError(f"No {what} found on line number {number}: '{_shown(whole)}'")


class LineSplitter:
    """Cuts what comes, in pieces of any size, into lines; they end with \\n, \\r or \\r\\n."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_behind_return = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that are whole now."""
        if self._is_behind_return and data[:1] == b"\n":
            data = data[1:]
        self._is_behind_return = data.endswith(b"\r") or (self._is_behind_return and not data)
        lines = (self._rest + data).splitlines(keepends=True)
        self._rest = b""
        if lines and not lines[-1].endswith((b"\n", b"\r")):
            self._rest = lines.pop()
        return (line.rstrip(b"\r\n") for line in lines)

    def end(self) -> Iterator[bytes]:
        """The last line, if it has no end."""
        rest, self._rest = self._rest, b""
        return iter([rest] if rest else [])


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "replace")

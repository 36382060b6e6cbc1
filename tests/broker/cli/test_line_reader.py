"""Lines of input as records: the reader of console-producer, beside Java's."""

from __future__ import annotations

from typing import Any

import pytest

from wirekafka.cli.line_reader import LineReader, LineSplitter
from wirekafka.cli.output import CommandError

HEADERS = {"parse.headers": "true"}
IGNORE = {"ignore.error": "true"}
MARKER = {"null.marker": "NULL"}


@pytest.mark.parametrize(
    ("properties", "line", "record"),
    [
        ({}, b"a\tb", (None, b"a\tb", [])),
        ({}, b"", (None, b"", [])),
        ({"parse.key": "true"}, b"k\tv\tw", (b"k", b"v\tw", [])),
        ({"parse.key": "true", "key.separator": ":"}, b":v", (b"", b"v", [])),
        ({"parse.key": "true", **MARKER}, b"k\tNULL", (b"k", None, [])),
        ({"parse.key": "true", **MARKER}, b"NULL\tNULL", (None, None, [])),
        ({"parse.key": "true", **IGNORE}, b"no key", (None, b"no key", [])),
        (
            {**HEADERS, "parse.key": "true"},
            b"h:1,i:\tk\tv",
            (b"k", b"v", [("h", b"1"), ("i", b"")]),
        ),
        ({**HEADERS, **MARKER}, b"NULL\tv", (None, b"v", [])),
        ({**HEADERS, **MARKER}, b"h:NULL\tv", (None, b"v", [("h", None)])),
        ({**HEADERS, **IGNORE}, b"h\tv", (None, b"v", [("h", None)])),
        ({**HEADERS, **IGNORE}, b"no headers", (None, b"no headers", [])),
        ({**HEADERS, "headers.delimiter": "|", "headers.separator": ";"},
         b"a:1;b:2|v", (None, b"v", [("a", b"1"), ("b", b"2")])),
    ],
)  # fmt: skip
def test_a_line_is_headers_key_and_value(
    properties: dict[str, str], line: bytes, record: tuple[Any, ...]
) -> None:
    assert LineReader.from_properties(properties).split(line, 1) == record


@pytest.mark.parametrize(
    ("properties", "line", "message"),
    [
        ({"parse.key": "true"}, b"x", "No key separator found on line number 7: 'x'"),
        (HEADERS, b"x", "No headers delimiter found on line number 7: 'x'"),
        (HEADERS, b"x\ty", "No header key separator found in pair 'x' on line number 7"),
        (HEADERS, b"\ty", "No header key separator found in pair '' on line number 7"),
        ({**HEADERS, **MARKER}, b"NULL:1\ty", "Header keys should not be equal to the null marker"),
    ],
)
def test_a_line_without_its_separator_is_refused(
    properties: dict[str, str], line: bytes, message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        LineReader.from_properties(properties).split(line, 7)


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"headers.delimiter": ","}, "headers.delimiter and headers.separator may not be equal"),
        ({"headers.separator": ":"}, "headers.separator and headers.key.separator may not be"),
        ({"null.marker": "\t"}, "null.marker and key.separator may not be equal"),
        ({"key.separator": ""}, "key.separator may not be empty"),
        ({"parse.value": "true"}, "--property parse.value is not supported"),
    ],
)
def test_properties_that_cannot_be_are_refused(properties: dict[str, str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        LineReader.from_properties(properties)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\nb\r\nc\rd", [b"a", b"b", b"c", b"d"]),
        (b"\n\r\n\r", [b"", b"", b""]),
        (b"a\r\r\nb\n", [b"a", b"", b"b"]),
        (b"\x0bx\x85\n", [b"\x0bx\x85"]),
        (b"", []),
    ],
)
def test_lines_are_the_same_in_pieces_of_any_size(data: bytes, lines: list[bytes]) -> None:
    for size in range(1, len(data) + 2):
        splitter = LineSplitter()
        found: list[bytes] = []
        for start in range(0, len(data), size):
            found += splitter.feed(data[start : start + size])
        assert [*found, *splitter.end()] == lines, size

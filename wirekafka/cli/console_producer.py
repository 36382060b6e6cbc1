"""`wirekafka console-producer`: lines of input become records, as with kafka-console-producer.sh.

A line is headers, key and value, separated by a tab each, where parse.headers and parse.key ask for
them. Records are sent in batches; how many may be unacknowledged at once is bounded.

Differs from Kafka: --line-reader is missing, there is no other reader than the one for lines; so is
--max-memory-bytes, for this client has no pool of buffers.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from wirekafka.cli.clients import (
    add_connection_arguments,
    client_settings,
    fault_text,
    kafka_faults,
    pairs,
    properties_of_file,
)
from wirekafka.cli.output import CommandError, progress

if TYPE_CHECKING:
    import argparse

SUMMARY = "send lines of standard input as records"

_LINGER_MS = 20  # long enough to fill batches from a pipe, too short for a person to notice
_BATCH_BYTES = 256 * 1024
_LINES_PER_STEP = 1_000
_STEPS_IN_FLIGHT = 64  # so at most 64,000 records wait for their acknowledgement
_ACKNOWLEDGE_TIMEOUT_S = 120
_CODECS = ("none", "gzip", "snappy", "lz4", "zstd")

_PROPERTY_FLAGS = {
    "request-required-acks": ("acks", "acknowledgements wanted"),
    "request-timeout-ms": ("request.timeout.ms", "how long an answer may take"),
    "timeout": ("linger.ms", "how long a record waits for others"),
    "message-send-max-retries": ("retries", "how often a batch is sent again"),
    "retry-backoff-ms": ("retry.backoff.ms", "the pause before that"),
    "max-block-ms": ("max.block.ms", "how long to wait for room and for metadata"),
    "max-partition-memory-bytes": ("batch.size", "size of batches"),
    "metadata-expiry-ms": ("metadata.max.age.ms", "when metadata are asked for again"),
    "socket-buffer-size": ("send.buffer.bytes", "the send buffer of the socket"),
}
"""Kafka's flags for client properties, which win over those of --producer-property."""

Header = tuple[str, bytes]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags."""
    add_connection_arguments(parser, "--command-config", "--producer.config")
    parser.add_argument("--topic", required=True, help="where the records go")
    parser.add_argument(
        "--property", "--reader-property", action="append", default=[], metavar="NAME=VALUE",
        help="parse.key, key.separator, parse.headers, headers.delimiter, headers.separator, "
        "headers.key.separator, null.marker",
    )  # fmt: skip
    parser.add_argument("--reader-config", metavar="FILE", help="the same in a file")
    parser.add_argument(
        "--producer-property", "--command-property", action="append", default=[],
        metavar="NAME=VALUE", help="a client property",
    )  # fmt: skip
    parser.add_argument(
        "--compression-codec", nargs="?", const="gzip", choices=_CODECS, metavar="CODEC",
        help=f"{', '.join(_CODECS)}; without a value gzip",
    )  # fmt: skip
    for flag, (name, text) in _PROPERTY_FLAGS.items():
        parser.add_argument(f"--{flag}", metavar="VALUE", help=f"{text} ({name})")
    parser.add_argument("--sync", action="store_true", help="wait for each record")
    parser.add_argument("--batch-size", type=int, metavar="BYTES", help="size of batches")


def run(options: argparse.Namespace) -> int:
    """Send until the input ends; fails if any record was refused."""
    reader = LineReader.from_properties(
        {**properties_of_file(options.reader_config), **pairs(options.property)}
    )
    named = [
        f"{name}={value}"
        for flag, (name, _) in _PROPERTY_FLAGS.items()
        if (value := getattr(options, flag.replace("-", "_"))) is not None
    ]
    with kafka_faults(options):
        from kafka import KafkaProducer

        settings: dict[str, Any] = {
            "client_id": "console-producer",
            "linger_ms": 0 if options.sync else _LINGER_MS,
            "batch_size": options.batch_size or _BATCH_BYTES,
            "metrics_enabled": False,
            **client_settings(
                options, KafkaProducer.DEFAULT_CONFIG, [*options.producer_property, *named]
            ),
        }
        if options.compression_codec:
            codec = options.compression_codec
            settings["compression_type"] = None if codec == "none" else codec
        try:
            producer = KafkaProducer(**settings)
        except (ValueError, TypeError, AssertionError) as error:
            raise CommandError(f"client properties: {error}") from None
        try:
            _send_all(producer, options, reader, sys.stdin.buffer)
        finally:
            producer.close(timeout=0 if sys.exc_info()[0] else _ACKNOWLEDGE_TIMEOUT_S)
    return 0


@dataclass(frozen=True, slots=True)
class LineReader:
    """How a line is taken apart."""

    parse_key: bool = False
    key_separator: bytes = b"\t"
    parse_headers: bool = False
    headers_delimiter: bytes = b"\t"
    headers_separator: bytes = b","
    headers_key_separator: bytes = b":"
    null_marker: bytes | None = None

    @staticmethod
    def from_properties(properties: dict[str, str]) -> LineReader:
        """The reader that Kafka's property names describe; unknown names raise CommandError."""
        values: dict[str, Any] = {}
        for name, text in properties.items():
            field = name.replace(".", "_")
            if field not in LineReader.__dataclass_fields__:
                raise CommandError(f"--property {name} is not supported")
            if field.startswith("parse_"):
                values[field] = text.strip().lower() == "true"
            else:
                values[field] = text.encode()
        return LineReader(**values)

    def split(self, line: bytes, number: int) -> tuple[bytes | None, bytes | None, list[Header]]:
        """Key, value and headers of a line without its end; a null marker stands for None."""
        headers: list[Header] = []
        key: bytes | None = None
        if self.parse_headers:
            text, line = self._cut(line, self.headers_delimiter, "headers delimiter", number)
            headers = self._headers(text, number)
        if self.parse_key:
            key, line = self._cut(line, self.key_separator, "key separator", number)
            key = None if key == self.null_marker else key
        value = None if line == self.null_marker else line
        return key, value, headers

    def _headers(self, text: bytes, number: int) -> list[Header]:
        if not text or text == self.null_marker:
            return []
        found = []
        for part in text.split(self.headers_separator):
            key, value = self._cut(part, self.headers_key_separator, "header key separator", number)
            found.append((key.decode("utf-8", "replace"), value))
        return found

    @staticmethod
    def _cut(text: bytes, separator: bytes, what: str, number: int) -> tuple[bytes, bytes]:
        before, found, after = text.partition(separator)
        if not found:
            shown = text.decode("utf-8", "replace")
            raise CommandError(f"No {what} found on line number {number}: '{shown}'")
        return before, after


def _send_all(
    producer: Any, options: argparse.Namespace, reader: LineReader, lines: IO[bytes]
) -> None:
    refused: list[Exception] = []
    waiting: deque[Any] = deque()
    plain = not (reader.parse_key or reader.parse_headers or reader.null_marker is not None)
    send, topic = producer.send, options.topic
    with progress(total=_size_of(lines), unit="B") as bar:
        for first, step in _steps(lines):
            future = None
            for number, raw in enumerate(step, first):
                line = raw.rstrip(b"\r\n")
                if plain:
                    future = send(topic, line)
                else:
                    key, value, headers = reader.split(line, number)
                    if key is None and value is None:
                        raise CommandError(f"line {number}: a record needs a key or a value")
                    future = send(topic, value, key=key, headers=headers)
                if options.sync:
                    future.get(_ACKNOWLEDGE_TIMEOUT_S)
                else:
                    future.add_errback(refused.append)
            waiting.append(future)
            if len(waiting) > _STEPS_IN_FLIGHT:
                waiting.popleft().get(_ACKNOWLEDGE_TIMEOUT_S)
            bar.update(sum(map(len, step)))
            if refused:
                break
        producer.flush(_ACKNOWLEDGE_TIMEOUT_S)
    if refused:
        raise CommandError(f"{len(refused)} records were refused: {fault_text(refused[0])}")


def _steps(lines: IO[bytes]) -> Iterable[tuple[int, list[bytes]]]:
    """Lines in lists, with the number of the first; each list is what came at once."""
    number = 1
    # A terminal's line must go out when it is there; a pipe's and a file's come by the thousand.
    limit = 1 if lines.isatty() else 64 * 1024
    while True:
        step = lines.readlines(limit) if limit > 1 else _one_line(lines)
        if not step:
            return
        yield number, step
        number += len(step)


def _one_line(lines: IO[bytes]) -> list[bytes]:
    line = lines.readline()
    return [line] if line else []


def _size_of(lines: IO[bytes]) -> int | None:
    import os
    import stat

    status = os.fstat(lines.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None

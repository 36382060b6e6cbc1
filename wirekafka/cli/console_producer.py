"""`wirekafka console-producer`: lines of input become records, as with kafka-console-producer.sh.

A line is headers, key and value, separated by a tab each, where parse.headers and parse.key ask for
them. A line goes out when it is there, in a batch with those that came with it; what a pipe has not
sent yet keeps nothing waiting.

Differs from Kafka: the first refused record ends it with exit code 1, where Java's tool logs each
one and ends with 0. There is no other reader than the one for lines. Batches are larger by default.
"""

from __future__ import annotations

import os
import select
import stat
import sys
import time
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from wirekafka.cli.clients import add_connection_arguments, pairs, properties_of_file
from wirekafka.cli.line_reader import LineReader, LineSplitter
from wirekafka.cli.output import CommandError, Progress, progress
from wirekafka.cli.wire.batch import Batch, Refusal
from wirekafka.cli.wire.cluster import client_properties, open_cluster
from wirekafka.cli.wire.producer import Producer
from wirekafka.cli.wire.producer_settings import PROPERTIES, ProducerSettings

if TYPE_CHECKING:
    import argparse

SUMMARY = "send lines of standard input as records"

_READ_BYTES = 1 << 16
_IDLE_S = 0.5  # with nothing on the way, only input can bring news
_DEFAULTS = {
    "linger.ms": "20",  # long enough to fill batches from a pipe, too short for a person to notice
    "batch.size": str(256 * 1024),
}
_CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
_READER = "org.apache.kafka.tools.LineMessageReader"

_PROPERTY_FLAGS = {
    "request-required-acks": ("acks", "acknowledgements wanted"),
    "request-timeout-ms": ("request.timeout.ms", "how long an answer may take"),
    "timeout": ("linger.ms", "how long a record waits for others"),
    "message-send-max-retries": ("retries", "how often a batch is sent again; 0 is never"),
    "retry-backoff-ms": ("retry.backoff.ms", "the pause before that"),
    "max-block-ms": ("max.block.ms", "how long to wait for metadata"),
    "max-memory-bytes": ("buffer.memory", "how much may wait to be sent"),
    "batch-size": ("batch.size", "size of batches in bytes"),
    "max-partition-memory-bytes": ("batch.size", "the same, and wins"),
    "metadata-expiry-ms": ("metadata.max.age.ms", "when metadata are asked for again"),
    "socket-buffer-size": ("send.buffer.bytes", "the send buffer of the socket"),
}
"""Kafka's flags for client properties, which win over those of --producer-property."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags."""
    add_connection_arguments(parser, "--command-config", "--producer.config")
    parser.add_argument("--topic", required=True, help="where the records go")
    parser.add_argument(
        "--property", "--reader-property", action="append", default=[], metavar="NAME=VALUE",
        help="parse.key, key.separator, parse.headers, headers.delimiter, headers.separator, "
        "headers.key.separator, null.marker, ignore.error",
    )  # fmt: skip
    parser.add_argument("--reader-config", metavar="FILE", help="the same in a file")
    parser.add_argument("--line-reader", metavar="CLASS", default=_READER, help="only %(default)s")
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


def run(options: argparse.Namespace) -> int:
    """Send until the input ends; fails if any record was refused."""
    reader = LineReader.from_properties(
        {**properties_of_file(options.reader_config), **pairs(options.property)}
    )
    if options.line_reader.rpartition(".")[2] != _READER.rpartition(".")[2]:
        raise CommandError(f"--line-reader {options.line_reader} is not supported, only {_READER}")
    given = [*options.producer_property]
    given += [
        f"{name}={value}"
        for flag, (name, _) in _PROPERTY_FLAGS.items()
        if (value := getattr(options, flag.replace("-", "_"))) is not None
    ]
    if options.compression_codec:
        given.append(f"compression.type={options.compression_codec}")
    properties = {**_DEFAULTS, **client_properties(options, given, PROPERTIES)}
    if "transactional.id" in properties:
        raise CommandError("client property transactional.id: lines are in no transaction")
    settings = ProducerSettings.of(properties)
    with open_cluster(
        options, client_id="console-producer", known=PROPERTIES, given=given
    ) as cluster:
        refused: list[Refusal] = []

        def done(batch: Batch, base_offset: int, reason: Refusal | None) -> None:
            if reason is not None:
                refused.extend([reason] * len(batch.records))

        producer = Producer(cluster, settings, done)
        try:
            _Sending(producer, options, reader, refused).all_of(sys.stdin.buffer)
        finally:
            producer.close()
    return 0


class _Sending:
    """Lines on their way into a topic."""

    def __init__(
        self,
        producer: Producer,
        options: argparse.Namespace,
        reader: LineReader,
        refused: list[Refusal],
    ) -> None:
        self._producer = producer
        self._options = options
        self._reader = reader
        self._refused = refused
        self._number = 0

    def all_of(self, lines: IO[bytes]) -> None:
        """Until the input ends, or a record is refused; what is sent before is waited for."""
        splitter = LineSplitter()
        with progress(total=_size_of(lines), unit="B") as bar:
            try:
                while not self._refused:
                    data = self._read(lines, bar)
                    if data is None:
                        continue
                    self._send(splitter.feed(data) if data else splitter.end())
                    if not data:
                        break
            finally:
                # A line that cannot be taken apart does not undo those before it.
                self._producer.flush()
        if self._refused:
            raise CommandError(
                f"{len(self._refused)} records were refused: {self._refused[0].message}"
            )

    def _read(self, lines: IO[bytes], bar: Progress) -> bytes | None:
        """What has come: b"" at the end, None if nothing has. Meanwhile batches go out."""
        if lines.isatty() and sys.stdout.isatty():
            self._producer.flush()  # so that a refusal is told before the next line is typed
            if self._refused:
                return None
            print(">", end="", flush=True)
        descriptor = lines.fileno()
        while not select.select([descriptor], [], [], 0.0 if self._producer.is_busy else _IDLE_S)[
            0
        ]:
            self._producer.poll(self._pause_s())
            if self._refused:
                return None
        data = os.read(descriptor, _READ_BYTES)
        bar.update(len(data))
        return data

    def _pause_s(self) -> float:
        return 0.002 if self._producer.is_busy else 0.0

    def _send(self, lines: Iterable[bytes]) -> None:
        send, topic = self._producer.send, self._options.topic
        for line in lines:
            self._number += 1
            now_ms = int(time.time() * 1000)
            if self._reader.is_plain:
                send(topic, line, now_ms=now_ms)
            else:
                key, value, headers = self._reader.split(line, self._number)
                send(topic, value, key=key, headers=headers, now_ms=now_ms)
            if self._options.sync:
                self._producer.flush()
                if self._refused:
                    return
        self._producer.poll()


def _size_of(lines: IO[bytes]) -> int | None:
    status = os.fstat(lines.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None

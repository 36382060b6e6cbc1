"""`wirekafka console-consumer`: print records, as kafka-console-consumer.sh does.

Without --group all partitions are read and no offset is committed. Ctrl-C, --max-messages and
--timeout-ms end it; the number of records goes to standard error.

Differs from Kafka: --formatter, --enable-systest-events and --skip-message-on-error are missing. A
record is shown as the properties say, or as JSON; dump-log shows those of the internal topics.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wirekafka.cli.clients import (
    CLOSE_TIMEOUT_MS,
    add_connection_arguments,
    client_settings,
    kafka_faults,
    pairs,
    properties_of_file,
)
from wirekafka.cli.output import CommandError, note, progress

if TYPE_CHECKING:
    import argparse

SUMMARY = "print the records of a topic"

_POLL_MS = 3_600_000  # a rebalance is lost by a poll that ends before it (see consumer_perf_test)
_RECORDS_PER_POLL = 5_000
_FETCH_BYTES = 8 * 1024 * 1024
_NULL = b"null"
_DESERIALIZERS = {
    "StringDeserializer": None,
    "ShortDeserializer": 2,
    "IntegerDeserializer": 4,
    "LongDeserializer": 8,
}
"""Java's classes without their package, and how many bytes a number has."""

Deserializer = Callable[[bytes], bytes]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json for one JSON object per record."""
    add_connection_arguments(parser, "--command-config", "--consumer.config")
    topics = parser.add_mutually_exclusive_group(required=True)
    topics.add_argument("--topic", help="the topic to read")
    topics.add_argument("--include", metavar="REGEX", help="read every topic that matches")
    parser.add_argument("--from-beginning", action="store_true", help="start at the first record")
    parser.add_argument("--group", help="read as a member of this group, and commit")
    parser.add_argument("--partition", type=int, help="read this partition only")
    parser.add_argument(
        "--offset", help="with --partition: a number, earliest or latest (default: latest)"
    )
    parser.add_argument("--max-messages", type=int, metavar="N", help="stop after N records")
    parser.add_argument(
        "--timeout-ms", type=int, metavar="MS", help="stop when no record came for so long"
    )
    parser.add_argument(
        "--isolation-level", choices=("read_uncommitted", "read_committed"),
        default="read_uncommitted", help="leave out open and aborted transactions or not",
    )  # fmt: skip
    parser.add_argument(
        "--property", "--formatter-property", action="append", default=[], metavar="NAME=VALUE",
        help="print.key, print.value, print.timestamp, print.headers, print.offset, "
        "print.partition, print.epoch, key.separator, line.separator, headers.separator, "
        "null.literal, key.deserializer, value.deserializer",
    )  # fmt: skip
    parser.add_argument("--formatter-config", metavar="FILE", help="the same in a file")
    for part in ("key", "value"):
        parser.add_argument(
            f"--{part}-deserializer", metavar="CLASS",
            help=f"what a {part} is: {', '.join(_DESERIALIZERS)}, with or without their package",
        )  # fmt: skip
    parser.add_argument(
        "--consumer-property", "--command-property", action="append", default=[],
        metavar="NAME=VALUE", help="a client property",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="write one JSON object per record")


def run(options: argparse.Namespace) -> int:
    """Print until something ends it."""
    if options.offset is not None and options.partition is None:
        raise CommandError("--offset needs --partition")
    if options.partition is not None and (options.group or options.topic is None):
        raise CommandError("--partition goes with --topic and without --group")
    properties = {**properties_of_file(options.formatter_config), **pairs(options.property)}
    for part in ("key", "value"):
        if (kind := getattr(options, f"{part}_deserializer")) is not None:
            properties[f"{part}.deserializer"] = kind
    if options.json and properties:
        raise CommandError("--json shows all of a record; it goes without properties")
    formatter = JsonFormatter() if options.json else Formatter.from_properties(properties)
    with kafka_faults(options):
        from kafka import KafkaConsumer

        settings = {
            "client_id": "console-consumer",
            "group_id": options.group,
            "auto_offset_reset": "earliest" if options.from_beginning else "latest",
            "isolation_level": options.isolation_level,
            "enable_auto_commit": options.group is not None,
            "max_poll_records": _RECORDS_PER_POLL,
            "max_partition_fetch_bytes": _FETCH_BYTES,
            "metrics_enabled": False,
            **client_settings(options, KafkaConsumer.DEFAULT_CONFIG, options.consumer_property),
        }
        try:
            consumer = KafkaConsumer(**settings)
        except (ValueError, TypeError, AssertionError) as error:
            raise CommandError(f"client properties: {error}") from None
        tally = Tally()
        try:
            _start(consumer, options)
            _print_all(consumer, options, formatter, tally)
        finally:
            consumer.close(timeout_ms=CLOSE_TIMEOUT_MS)
            note(f"Processed a total of {tally.records} messages")
    return 0


@dataclass(slots=True)
class Tally:
    """How many records were printed, also when Ctrl-C ended it."""

    records: int = 0


@dataclass(frozen=True, slots=True)
class Formatter:
    """A record as one line: time, partition, offset, headers, key, value; what is asked for."""

    print_timestamp: bool = False
    print_partition: bool = False
    print_offset: bool = False
    print_epoch: bool = False
    print_headers: bool = False
    print_key: bool = False
    print_value: bool = True
    key_separator: bytes = b"\t"
    line_separator: bytes = b"\n"
    headers_separator: bytes = b","
    null_literal: bytes = _NULL
    key_deserializer: Deserializer = bytes
    value_deserializer: Deserializer = bytes

    @staticmethod
    def from_properties(properties: dict[str, str]) -> Formatter:
        """The formatter that Kafka's property names describe."""
        values: dict[str, Any] = {}
        for name, text in properties.items():
            field = name.replace(".", "_")
            if field not in Formatter.__dataclass_fields__:
                raise CommandError(f"--property {name} is not supported")
            if field.startswith("print_"):
                values[field] = text.strip().lower() == "true"
            elif field.endswith("_deserializer"):
                values[field] = _deserializer(text)
            else:
                values[field] = text.encode()
        return Formatter(**values)

    def line(self, record: Any) -> bytes:
        """The bytes to write for a record, with the separator of lines."""
        parts = []
        if self.print_timestamp:
            parts.append(_timestamp(record))
        if self.print_partition:
            parts.append(b"Partition:%d" % record.partition)
        if self.print_offset:
            parts.append(b"Offset:%d" % record.offset)
        if self.print_epoch:
            epoch = record.leader_epoch
            parts.append(b"Epoch:%d" % epoch if epoch is not None else b"Epoch:null")
        if self.print_headers:
            parts.append(self._headers(record.headers))
        if self.print_key:
            parts.append(self._part(record.key, self.key_deserializer))
        if self.print_value:
            parts.append(self._part(record.value, self.value_deserializer))
        return self.key_separator.join(parts) + self.line_separator

    def _part(self, data: bytes | None, deserialize: Deserializer) -> bytes:
        return self.null_literal if data is None else deserialize(data)

    def _headers(self, headers: Any) -> bytes:
        if not headers:
            return b"NO_HEADERS"
        return self.headers_separator.join(
            key.encode() + b":" + (self.null_literal if value is None else value)
            for key, value in headers
        )


class JsonFormatter:
    """A record as one JSON object; bytes are text, undecodable ones replaced."""

    def line(self, record: Any) -> bytes:
        """The bytes to write for a record."""
        import json

        row = {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "timestamp": record.timestamp,
            "timestamp_type": "LogAppendTime" if record.timestamp_type == 1 else "CreateTime",
            "key": _text(record.key),
            "value": _text(record.value),
            "headers": [[key, _text(value)] for key, value in record.headers],
        }
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _deserializer(text: str) -> Deserializer:
    name = text.strip().rpartition(".")[2]
    if name not in _DESERIALIZERS:
        raise CommandError(f"deserializer {text}: known are {', '.join(_DESERIALIZERS)}")
    size = _DESERIALIZERS[name]
    if size is None:
        return bytes

    def number(data: bytes) -> bytes:
        if len(data) != size:
            raise CommandError(f"a record's {len(data)} bytes are not the {size} of {name}")
        return b"%d" % int.from_bytes(data, "big", signed=True)

    return number


def _start(consumer: Any, options: argparse.Namespace) -> None:
    from kafka import TopicPartition

    if options.partition is None:
        if options.include is not None:
            consumer.subscribe(pattern=options.include)
        else:
            consumer.subscribe([options.topic])
        return
    partition = TopicPartition(options.topic, options.partition)
    consumer.assign([partition])
    offset = options.offset or ("earliest" if options.from_beginning else "latest")
    if offset == "earliest":
        consumer.seek_to_beginning(partition)
    elif offset == "latest":
        consumer.seek_to_end(partition)
    elif offset.isdecimal():
        consumer.seek(partition, int(offset))
    else:
        raise CommandError(f"--offset {offset} is neither a number nor earliest nor latest")


def _print_all(consumer: Any, options: argparse.Namespace, formatter: Any, tally: Tally) -> None:
    out = sys.stdout.buffer
    wanted = options.max_messages
    last_record = time.monotonic()
    with progress(total=wanted, unit=" records", quiet=sys.stdout.isatty()) as bar:
        while wanted is None or tally.records < wanted:
            limit = _RECORDS_PER_POLL if wanted is None else wanted - tally.records
            left_ms = _left_ms(options.timeout_ms, last_record)
            batches = consumer.poll(left_ms, max_records=min(limit, _RECORDS_PER_POLL))
            for records in batches.values():
                out.write(b"".join(map(formatter.line, records)))
                tally.records += len(records)
                bar.update(len(records))
            if batches:
                out.flush()
                last_record = time.monotonic()
            elif _left_ms(options.timeout_ms, last_record) <= 0:
                return


def _left_ms(timeout_ms: int | None, last_record: float) -> float:
    """How long to wait for the next record."""
    if timeout_ms is None:
        return _POLL_MS
    return max(0.0, timeout_ms - (time.monotonic() - last_record) * 1000)


def _timestamp(record: Any) -> bytes:
    if record.timestamp is None or record.timestamp < 0:
        return b"NO_TIMESTAMP"
    kind = b"LogAppendTime" if record.timestamp_type == 1 else b"CreateTime"
    return b"%s:%d" % (kind, record.timestamp)


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")

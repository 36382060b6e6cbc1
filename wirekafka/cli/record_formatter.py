"""How a record is shown: a line as kafka-console-consumer.sh prints it, or JSON, or not at all.

Source: the output of `DefaultMessageFormatter` in 4.3.1.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from wirekafka_protocol.records.record import Record

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.fetcher import Polled

_DESERIALIZERS = {
    "StringDeserializer": None,
    "ShortDeserializer": 2,
    "IntegerDeserializer": 4,
    "LongDeserializer": 8,
}
"""Java's classes without their package, and how many bytes a number has."""

DESERIALIZERS = ", ".join(_DESERIALIZERS)
"""Their names, for messages."""

Deserializer = Callable[[bytes], bytes]


class RecordFormatter(Protocol):
    """Shows records."""

    def line(self, batch: Polled, record: Record) -> bytes:
        """The bytes to write for a record of a batch; raises CommandError if it is not what it
        should be."""


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
    null_literal: bytes = b"null"
    key_deserializer: Deserializer = bytes
    value_deserializer: Deserializer = bytes
    headers_deserializer: Deserializer = bytes

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

    def line(self, batch: Polled, record: Record) -> bytes:
        """The bytes to write for a record, with the separator of lines."""
        parts = []
        if self.print_timestamp:
            parts.append(_timestamp(batch, record))
        if self.print_partition:
            parts.append(b"Partition:%d" % batch.at.partition)
        if self.print_offset:
            parts.append(b"Offset:%d" % record.offset)
        if self.print_epoch:
            epoch = batch.leader_epoch
            parts.append(b"Epoch:%d" % epoch if epoch >= 0 else b"Epoch:NOT_PRESENT")
        if self.print_headers:
            parts.append(self._headers(record))
        if self.print_key:
            parts.append(self._part(record.key, self.key_deserializer))
        if self.print_value:
            parts.append(self._part(record.value, self.value_deserializer))
        return self.key_separator.join(parts) + self.line_separator if parts else b""

    def _part(self, data: bytes | None, deserialize: Deserializer) -> bytes:
        return self.null_literal if data is None else deserialize(data)

    def _headers(self, record: Record) -> bytes:
        if not record.headers:
            return b"NO_HEADERS"
        return self.headers_separator.join(
            key.encode() + b":" + self._part(value, self.headers_deserializer)
            for key, value in record.headers
        )


class JsonFormatter:
    """A record as one JSON object; bytes are text, undecodable ones replaced."""

    def line(self, batch: Polled, record: Record) -> bytes:
        """The bytes to write for a record."""
        row = {
            "topic": batch.at.topic,
            "partition": batch.at.partition,
            "offset": record.offset,
            "timestamp": record.timestamp,
            "timestamp_type": "LogAppendTime" if batch.timestamp_type == 1 else "CreateTime",
            "key": _text(record.key),
            "value": _text(record.value),
            "headers": [[key, _text(value)] for key, value in record.headers],
        }
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"


class NoFormatter:
    """Shows nothing; records are only counted."""

    def line(self, batch: Polled, record: Record) -> bytes:
        """No bytes."""
        return b""


def _deserializer(text: str) -> Deserializer:
    name = text.strip().rpartition(".")[2]
    if name not in _DESERIALIZERS:
        raise CommandError(f"deserializer {text}: known are {DESERIALIZERS}")
    size = _DESERIALIZERS[name]
    if size is None:
        return bytes

    def number(data: bytes) -> bytes:
        if len(data) != size:
            raise CommandError(f"a record's {len(data)} bytes are not the {size} of {name}")
        return b"%d" % int.from_bytes(data, "big", signed=True)

    return number


def _timestamp(batch: Polled, record: Record) -> bytes:
    if record.timestamp < 0:
        return b"NO_TIMESTAMP"
    kind = b"LogAppendTime" if batch.timestamp_type == 1 else b"CreateTime"
    return b"%s:%d" % (kind, record.timestamp)


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")

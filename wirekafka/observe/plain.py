"""A message as JSON values: fields by name, ids as base64url text, bytes as hexadecimal text.

Records are bytes to a message. People who look at requests want to know how many there are, so
`outlined` gives an outline in the place of bytes that are long: size, and of record batches their
number, records and first offset.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wirekafka_protocol.records.batch import (
    HEADER_BYTES,
    LOG_OVERHEAD_BYTES,
    MAGIC,
    read_header,
)
from wirekafka_protocol.schema import Field, Struct
from wirekafka_protocol.uuids import uuid_text

LONG_BYTES = 64
"""Assignments and small metadata are shown, everything longer is outlined."""

_OUTLINED_BATCHES = 1000

Show = Callable[[Field, Any], Any]
"""What stands for the bytes of a field."""


def plain(message: Struct) -> dict[str, Any]:
    """Everything, bytes as hexadecimal text behind "0x"."""
    return _plain(message, _in_full)


def outlined(message: Struct) -> dict[str, Any]:
    """The same, with outlines of records and other long bytes."""
    return _plain(message, _outline)


def _plain(message: Struct, show: Show) -> dict[str, Any]:
    return {
        field.name: _value(field, getattr(message, field.name), show) for field in message.FIELDS
    }


def _value(field: Field, value: Any, show: Show) -> Any:
    if value is None:
        return None
    if field.is_array:
        return [_one(field, item, show) for item in value]
    return _one(field, value, show)


def _one(field: Field, value: Any, show: Show) -> Any:
    if field.struct is not None:
        return _plain(value, show)
    if field.type == "uuid":
        return uuid_text(value)
    if field.type in ("bytes", "records"):
        return show(field, value)
    return value


def _in_full(field: Field, value: Any) -> str:
    return "0x" + bytes(value).hex()


def _outline(field: Field, value: Any) -> Any:
    size = len(value)
    if field.type == "records":
        return {"bytes": size, **_batches(value)} if size else {"bytes": 0}
    return "0x" + bytes(value).hex() if size <= LONG_BYTES else {"bytes": size}


def _batches(records: Any) -> dict[str, int]:
    """How many batches and records; as far as they can be read."""
    batches = count = pos = 0
    found: dict[str, int] = {}
    while pos + HEADER_BYTES <= len(records) and batches < _OUTLINED_BATCHES:
        header = read_header(records, pos)
        if header.magic != MAGIC or header.length < 0:
            break
        if not batches:
            found["base_offset"] = header.base_offset
        batches += 1
        count += header.record_count
        pos += LOG_OVERHEAD_BYTES + header.length
    return {**found, "batches": batches, "records": count}

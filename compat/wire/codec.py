"""A slow, exact codec: every message of every version, read straight from the schema files.

It is the second opinion about the bytes. The broker compiles its codec into functions; this one
walks the definitions value by value and shares nothing with it but the files of facts
(`protocol/schemas`) and their parser. Messages are plain dicts with the schema's field names.

What a decoded dict does not hide: a tagged field that was not sent has no key, tags nobody knows
are under `_tags` (hex), bytes behind the end are counted under `_left_over`.
When encoding, fields left out take their default, fields that the version lacks are ignored, and
names that the message has in no version are an error.

Source: KIP-482 and protocol/README.md.
"""

from __future__ import annotations

import functools
import struct
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from generator.notation import FieldDefinition, MessageDefinition, SchemaFile, parse

Message: TypeAlias = dict[str, Any]
"""A message as a dict. `Any`, because scenarios index into answers of 150 different shapes."""

SCHEMAS = Path(__file__).resolve().parents[2] / "protocol" / "schemas"
ZERO_UUID = uuid.UUID(int=0)

_FIXED = {
    "bool": ">?",
    "int8": ">b",
    "int16": ">h",
    "uint16": ">H",
    "int32": ">i",
    "uint32": ">I",
    "int64": ">q",
    "float64": ">d",
}


class ShortError(Exception):
    """The bytes end before the message does."""


class Codec:
    """Encodes and decodes one message in one version."""

    def __init__(self, name: str, version: int) -> None:
        self.schema, self.message = definitions()[name]
        self.name, self.version = name, version
        self.flexible = version in self.message.flexible
        self._structs = self.schema.structs | self.message.structs

    def encode(self, values: Mapping[str, Any]) -> bytes:
        """The bytes of the message; raises ValueError for a name that it does not have."""
        return self._write_struct(self.message.fields, values, self.name)

    def decode(self, data: bytes) -> Message:
        """The message; raises ShortError when the bytes end too early."""
        reader = Reader(data)
        found = self._read_struct(self.message.fields, reader)
        if reader.left():
            found["_left_over"] = reader.left()
        return found

    def _compact(self, field: FieldDefinition) -> bool:
        return self.flexible and not field.always_fixed

    def _nullable_struct(self, field: FieldDefinition) -> bool:
        return not field.is_array and self.version in field.nullable

    def _fields(self, field: FieldDefinition) -> list[FieldDefinition]:
        assert field.struct is not None
        return self._structs[field.struct].fields

    def _default(self, field: FieldDefinition) -> Any:
        if field.default is None:
            return None
        if field.is_array:
            return []
        if field.struct:
            return {}
        return ZERO_UUID if field.type == "uuid" else field.default

    def _write_struct(
        self, fields: Sequence[FieldDefinition], values: Mapping[str, Any], where: str
    ) -> bytes:
        unknown = set(values) - {field.name for field in fields} - {"_tags"}
        if unknown:
            raise ValueError(f"{where} has no field {', '.join(sorted(unknown))}")
        out = b""
        tags = {int(tag): bytes(data) for tag, data in values.get("_tags", {}).items()}
        for field in fields:
            if self.version not in field.versions:
                continue
            value = values.get(field.name, self._default(field))
            data = self._write(field, value, where)
            if self.version not in field.tagged:
                out += data
            elif data != self._write(field, self._default(field), where):
                assert field.tag is not None
                tags[field.tag] = data
        if self.flexible:
            out += uvarint(len(tags))
            for tag in sorted(tags):
                out += uvarint(tag) + uvarint(len(tags[tag])) + tags[tag]
        return out

    def _write(self, field: FieldDefinition, value: Any, where: str) -> bytes:
        if not field.is_array:
            return self._write_one(field, value, where)
        if value is None:
            return b"\0" if self._compact(field) else struct.pack(">i", -1)
        count = len(value)
        head = uvarint(count + 1) if self._compact(field) else struct.pack(">i", count)
        return head + b"".join(self._write_one(field, item, where) for item in value)

    def _write_one(self, field: FieldDefinition, value: Any, where: str) -> bytes:
        where = f"{where}.{field.name}"
        if field.struct:
            if value is None:
                return b"\xff"
            mark = b"\1" if self._nullable_struct(field) else b""
            return mark + self._write_struct(self._fields(field), value, where)
        if field.type in _FIXED:
            try:
                return struct.pack(_FIXED[field.type], value)
            except struct.error as error:
                raise ValueError(f"{where}: {value!r} is no {field.type}") from error
        if field.type == "uuid":
            return (value if isinstance(value, uuid.UUID) else uuid.UUID(bytes=value)).bytes
        size = ">h" if field.type == "string" else ">i"
        if value is None:
            return b"\0" if self._compact(field) else struct.pack(size, -1)
        data = value.encode() if isinstance(value, str) else bytes(value)
        length = uvarint(len(data) + 1) if self._compact(field) else struct.pack(size, len(data))
        return length + data

    def _read_struct(self, fields: Sequence[FieldDefinition], reader: Reader) -> Message:
        found: Message = {}
        tagged = {}
        for field in fields:
            if self.version in field.versions:
                if self.version in field.tagged:
                    tagged[field.tag] = field
                else:
                    found[field.name] = self._read(field, reader)
        if self.flexible:
            for _ in range(reader.uvarint()):
                tag = reader.uvarint()
                data = reader.take(reader.uvarint())
                if tag in tagged:
                    found[tagged[tag].name] = self._read(tagged[tag], Reader(data))
                else:
                    found.setdefault("_tags", {})[str(tag)] = data.hex()
        return found

    def _read(self, field: FieldDefinition, reader: Reader) -> Any:
        if not field.is_array:
            return self._read_one(field, reader)
        count = reader.uvarint() - 1 if self._compact(field) else reader.fixed(">i")
        if count > reader.left():
            raise ShortError(f"{field.name}: {count} elements in {reader.left()} bytes")
        return None if count < 0 else [self._read_one(field, reader) for _ in range(count)]

    def _read_one(self, field: FieldDefinition, reader: Reader) -> Any:
        if field.struct:
            if self._nullable_struct(field) and reader.fixed(">b") < 0:
                return None
            return self._read_struct(self._fields(field), reader)
        if field.type in _FIXED:
            return reader.fixed(_FIXED[field.type])
        if field.type == "uuid":
            return uuid.UUID(bytes=reader.take(16))
        if self._compact(field):
            size = reader.uvarint() - 1
        else:
            size = reader.fixed(">h" if field.type == "string" else ">i")
        if size < 0:
            return None
        data = reader.take(size)
        return data.decode(errors="replace") if field.type == "string" else data


class Reader:
    """A position in bytes; taking more than there are raises ShortError."""

    def __init__(self, data: bytes) -> None:
        self._data, self._position = bytes(data), 0

    def left(self) -> int:
        """How many bytes have not been taken."""
        return len(self._data) - self._position

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        if not 0 <= size <= self.left():
            raise ShortError(f"{size} bytes wanted, {self.left()} left")
        self._position += size
        return self._data[self._position - size : self._position]

    def fixed(self, layout: str) -> Any:
        """The next value of a struct layout with one value."""
        return struct.unpack(layout, self.take(struct.calcsize(layout)))[0]

    def uvarint(self) -> int:
        """The next unsigned varint."""
        shift = result = 0
        while True:
            byte = self.take(1)[0]
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return result
            shift += 7

    def varint(self) -> int:
        """The next zigzag varint."""
        value = self.uvarint()
        return (value >> 1) ^ -(value & 1)


@functools.cache
def definitions() -> dict[str, tuple[SchemaFile, MessageDefinition]]:
    """Every message by its name, with the file that it stands in."""
    found = {}
    for path in sorted(SCHEMAS.glob("*.schema")):
        schema = parse(path.stem, path.read_text(encoding="utf-8"))
        for message in schema.messages:
            found[message.name] = schema, message
    return found


@functools.cache
def api_keys() -> dict[str, int]:
    """The number of every API by its name."""
    return {
        schema.api_name: schema.api_key
        for schema, _ in definitions().values()
        if schema.api_name is not None and schema.api_key is not None
    }


def uvarint(value: int) -> bytes:
    """An unsigned varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def zigzag(value: int) -> bytes:
    """A signed varint."""
    return uvarint(value * 2 if value >= 0 else -value * 2 - 1)

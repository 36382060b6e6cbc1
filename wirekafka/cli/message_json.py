"""The records of Kafka's internal topics as JSON: the form that kafka-dump-log prints.

A key is {"type": the key's version number, "data": {…}}, a value {"version": …, "data": {…}}. Field
names are Kafka's; fields that the version does not have, and tagged ones at their default, are left
out. Bytes are base64, ids base64url. Members of classic consumer groups carry a subscription and
an assignment, which are shown unfolded.
Source: the generated `…JsonConverter` classes, `OffsetsMessageParser`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from importlib import import_module

from wirekafka_protocol.codec import decode
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.consumer_protocol import (
    ConsumerProtocolAssignment,
    ConsumerProtocolSubscription,
)
from wirekafka_protocol.messages.group_metadata import GroupMetadataValue, MemberMetadata
from wirekafka_protocol.schema import Field, Message, Struct
from wirekafka_protocol.uuids import uuid_text

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

OFFSETS = (
    "offset_commit_record",
    "group_metadata",
    "consumer_group_records",
    "share_group_records",
    "streams_group_records",
)
TRANSACTIONS = ("transaction_log",)
SHARE_STATE = ("share_state_records",)

_VERSION_BYTES = 2
_EMBEDDED: dict[str, type[Message]] = {
    "subscription": ConsumerProtocolSubscription,
    "assignment": ConsumerProtocolAssignment,
}


def record_json(topic: tuple[str, ...], key: bytes, value: bytes | None) -> tuple[Json, Json]:
    """Key and value of a record of the topic (OFFSETS, TRANSACTIONS or SHARE_STATE).

    The value is None for a tombstone. Raises ProtocolError when they cannot be read.
    """
    kind = _version(key)
    classes = _classes(topic)
    if kind not in classes:
        raise ProtocolError(f"key of the unknown type {kind}")
    key_class, value_class = classes[kind]
    key_data = struct_json(decode(key_class, key_class.VERSIONS.last, key[_VERSION_BYTES:]), 0)
    shown_key: Json = {"type": str(kind), "data": key_data}
    if value is None:
        return shown_key, None
    version = _version(value)
    if version not in value_class.VERSIONS:
        raise ProtocolError(f"{value_class.__name__} of the unknown version {version}")
    message = decode(value_class, version, value[_VERSION_BYTES:])
    shown_value = struct_json(message, version)
    if isinstance(message, GroupMetadataValue) and message.protocol_type == "consumer":
        shown_value["members"] = [
            struct_json(member, version) | _unfolded(member) for member in message.members
        ]
    return shown_key, {"version": str(version), "data": shown_value}


def struct_json(struct: Struct, version: int) -> dict[str, Json]:
    """The fields that the struct has in this version, by Kafka's names."""
    shown: dict[str, Json] = {}
    for field in struct.FIELDS:
        if version not in field.versions:
            continue
        value = getattr(struct, field.name)
        if version in field.tagged and _is_default(field, value):
            continue
        shown[_camel_case(field.name)] = _value_json(field, value, version)
    return shown


def _value_json(field: Field, value: object, version: int) -> Json:
    if isinstance(value, list):
        return [_value_json(field, item, version) for item in value]
    if isinstance(value, Struct):
        return struct_json(value, version)
    if field.type == "uuid" and isinstance(value, bytes):
        return uuid_text(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return b64encode(value).decode()
    assert value is None or isinstance(value, bool | int | float | str)
    return value


def _unfolded(member: MemberMetadata) -> dict[str, Json]:
    """What a member's embedded bytes say; a member with other bytes keeps them as base64."""
    shown: dict[str, Json] = {}
    for name, message_class in _EMBEDDED.items():
        content = getattr(member, name)
        try:
            version = min(_version(content), message_class.VERSIONS.last)
            message = decode(message_class, version, content[_VERSION_BYTES:])
        except ProtocolError:
            continue
        shown[name] = struct_json(message, version)
    return shown


def _version(data: bytes) -> int:
    if len(data) < _VERSION_BYTES:
        raise ProtocolError(f"{len(data)} bytes have no version")
    return int.from_bytes(data[:_VERSION_BYTES], "big", signed=True)


def _is_default(field: Field, value: object) -> bool:
    return value == ([] if field.default == () and field.is_array else field.default)


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


@cache
def _classes(topic: tuple[str, ...]) -> dict[int, tuple[type[Message], type[Message]]]:
    """Key and value class of each type of record."""
    found: dict[int, tuple[type[Message], type[Message]]] = {}
    for module_name in topic:
        module = import_module(f"wirekafka_protocol.messages.{module_name}")
        for key_class in _messages(module.__dict__, "Key"):
            value_class = module.__dict__[key_class.__name__.removesuffix("Key") + "Value"]
            assert key_class.KEY is not None
            found[key_class.KEY] = (key_class, value_class)
    return found


def _messages(names: dict[str, object], suffix: str) -> Iterator[type[Message]]:
    for name, value in names.items():
        if name.endswith(suffix) and isinstance(value, type) and issubclass(value, Message):
            yield value

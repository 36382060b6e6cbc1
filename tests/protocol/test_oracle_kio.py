"""Our bytes, read and written again by kio: an independent codec made from Kafka's definitions.

kio has its own idea of some values (timedelta, datetime, error codes), which is why the examples
hold small positive numbers. What kio does not have (the records of the coordinators, versions above
its own) has no test here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from kio.index import load_entity_module
from kio.schema.index import LoadableEntityType, schema_name_map
from kio.serial import entity_reader, entity_writer
from kio.static.constants import EntityType
from wirekafka_protocol.codec import encode
from wirekafka_protocol.schema import Message, Struct

SHAPES = ("full", "nulls", "long")
_UPPER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_KINDS: dict[str, LoadableEntityType] = {
    "Request": EntityType.request,
    "Response": EntityType.response,
    "Header": EntityType.header,
}


def place(message: type[Message]) -> tuple[str, LoadableEntityType]:
    """The module and the kind under which kio has the message, if it has it."""
    name = message.__name__
    for ending, kind in _KINDS.items():
        if name.endswith(ending):
            keep = len(name) if kind is EntityType.header else -len(ending)
            return _UPPER.sub("_", name[:keep]).lower(), kind
    return _UPPER.sub("_", name).lower(), EntityType.data


def is_known_to_the_oracle(message: type[Message], version: int) -> bool:
    module_name, kind = place(message)
    return kind in schema_name_map.get(module_name, {}).get(version, {})


def test_kio_reads_the_same_values_and_writes_the_same_bytes(
    message: type[Message],
    version: int,
    example: Callable[[type[Message], int, str], Any],
) -> None:
    module_name, kind = place(message)
    theirs = getattr(load_entity_module(module_name, version, kind), message.__name__)
    for shape in SHAPES:
        value = example(message, version, shape)
        raw = encode(value, version)
        read, size = entity_reader(theirs)(raw, 0)
        assert size == len(raw)
        assert list(leaves_of_kio(read)) == list(leaves(value, version))
        out = io.BytesIO()
        entity_writer(theirs)(out, read)
        assert out.getvalue() == raw


def leaves(value: Any, version: int) -> Iterator[Any]:
    """All values in the order of the definition, without what the version lacks."""
    if isinstance(value, Struct):
        for field in value.FIELDS:
            if version in field.versions:
                yield from leaves(getattr(value, field.name), version)
    elif isinstance(value, list):
        yield len(value)
        for item in value:
            yield from leaves(item, version)
    else:
        yield value


def leaves_of_kio(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        for field in fields(value):
            yield from leaves_of_kio(getattr(value, field.name))
    elif isinstance(value, tuple):
        yield len(value)
        for item in value:
            yield from leaves_of_kio(item)
    elif isinstance(value, timedelta):
        yield value // timedelta(milliseconds=1)
    elif isinstance(value, datetime):
        yield round(value.timestamp() * 1000)
    elif isinstance(value, UUID):
        yield value.bytes
    elif isinstance(value, Enum):
        yield value.value
    else:
        yield value

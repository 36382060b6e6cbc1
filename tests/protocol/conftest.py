"""What the codec tests share: every (message, version) of ours, and values for them.

A test that takes `message` and `version` runs once for each (in a module that compares us with
another codec: for each that its `is_known_to_the_oracle(message, version)` says it has).

`example(message, version, shape)` makes a fixed message, `messages_of(message, version)` is the
Hypothesis strategy. Both come from the facts that the class carries, so a new schema is tested
without a new line here.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import wirekafka_protocol.messages as generated
from hypothesis import strategies as st
from wirekafka_protocol.schema import Field, Message, Struct

SHAPES = ("full", "nulls", "long")
"""Everything set; null and empty wherever that is allowed; lengths above one varint byte."""

_BITS = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}


def all_messages() -> list[type[Message]]:
    found = []
    for module in pkgutil.iter_modules(generated.__path__):
        content = vars(importlib.import_module(f"{generated.__name__}.{module.name}"))
        found += [
            value
            for value in content.values()
            if isinstance(value, type) and issubclass(value, Message) and value is not Message
        ]
    return found


def versions_of(message: type[Message]) -> range:
    return range(message.VERSIONS.first, message.VERSIONS.last + 1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    names = set(metafunc.fixturenames)
    known = getattr(metafunc.module, "is_known_to_the_oracle", lambda message, version: True)
    for name in {"version", "flexible_version"} & names if "message" in names else ():
        pairs = [
            (message, version)
            for message in all_messages()
            for version in versions_of(message)
            if (name == "version" or version in message.FLEXIBLE) and known(message, version)
        ]
        metafunc.parametrize(("message", name), pairs, ids=map(_name, pairs))


def _name(pair: tuple[type[Message], int]) -> str:
    return f"{pair[0].__name__}-{pair[1]}"


@pytest.fixture(scope="session")
def example() -> Callable[[type[Message], int, str], Any]:
    """example(message, version, shape): a fixed message with small, all different values."""
    return make_example


@pytest.fixture(scope="session")
def messages_of() -> Callable[[type[Message], int], st.SearchStrategy[Any]]:
    """messages_of(message, version): any message of the version."""
    return structs


def make_example(message: type[Struct], version: int, shape: str) -> Any:
    return _example_struct(message, version, shape, itertools.count(1))


def _example_struct(
    struct: type[Struct], version: int, shape: str, counter: Iterator[int]
) -> Struct:
    values = {
        field.name: _example_field(field, version, shape, counter)
        for field in struct.FIELDS
        if version in field.versions
    }
    return struct(**values)


def _example_field(field: Field, version: int, shape: str, counter: Iterator[int]) -> Any:
    if shape == "nulls" and version in field.nullable:
        return None
    if not field.is_array:
        return _example_value(field, version, shape, counter)
    count = {"full": 2, "nulls": 0, "long": 130 if field.struct is None else 1}[shape]
    return [_example_value(field, version, shape, counter) for _ in range(count)]


def _example_value(field: Field, version: int, shape: str, counter: Iterator[int]) -> Any:
    if field.struct is not None:
        return _example_struct(field.struct, version, shape, counter)
    number = next(counter) % 90 + 1
    length = 200 if shape == "long" and not field.is_array else 0
    if field.type == "string":
        return f"é{number}" + "x" * length
    if field.type in ("bytes", "records"):
        return b"b%d" % number + bytes(length)
    if field.type == "uuid":
        return bytes([number]) * 16
    if field.type == "bool":
        return True
    return number + 0.5 if field.type == "float64" else number


def structs(struct: type[Struct], version: int) -> st.SearchStrategy[Any]:
    fields = {f.name: _values(f, version) for f in struct.FIELDS if version in f.versions}
    return st.builds(struct, **fields)


def _values(field: Field, version: int) -> st.SearchStrategy[Any]:
    if field.struct is not None:
        values = structs(field.struct, version)
    elif field.type in _BITS:
        high = 1 << (_BITS[field.type] - 1)
        values = st.integers(-high, high - 1)
    else:
        values = {
            "bool": st.booleans(),
            "uint16": st.integers(0, (1 << 16) - 1),
            "uint32": st.integers(0, (1 << 32) - 1),
            "float64": st.floats(allow_nan=False),
            "string": st.text(max_size=4) | st.just("x" * 127),
            "bytes": st.binary(max_size=4) | st.just(bytes(128)),
            "records": st.binary(max_size=4) | st.just(bytes(16_384)),
            "uuid": st.binary(min_size=16, max_size=16),
        }[field.type]
    if field.is_array:
        values = st.lists(values, max_size=2)
        if field.type in _BITS:
            values |= st.just([1] * 127)
    if version in field.nullable:
        values = st.none() | values
    elif field.struct is not None and not field.is_array and field.tag is not None:
        # Not sent, and sent with nothing but defaults, is the same on the wire: None when decoded.
        absent = field.struct()
        values = values.map(lambda value: None if value == absent else value)
    return values

"""Random messages that are valid: every field of a version filled with a value that it may hold.

Everything is drawn from the `random.Random` that is passed in, so a seed repeats a run. Integers
lean to the edges of their type, texts to the lengths at which a varint grows by a byte, arrays are
short and get shorter with depth. A `Vocabulary` adds names, ids and records that mean something to
a broker, so that a request gets past the first look at it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from wirekafka_protocol.schema import Field, Struct

S = TypeVar("S", bound=Struct)

INTEGER_BITS = {
    "int8": 8,
    "int16": 16,
    "uint16": 16,
    "int32": 32,
    "uint32": 32,
    "int64": 64,
}
TEXTS = ("", "a", "orders", "x" * 126, "x" * 127, "é" * 64, "\U0001f600 topic", "\x00", "a/b")
BLOBS = (b"", b"\x00", bytes(range(128)), b"\xff" * 7)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What values are drawn from. `integers` replaces the range of the fields that it names,
    `names` the texts of those that it names; fields in `never_null` are not null."""

    texts: tuple[str, ...] = TEXTS
    uuids: tuple[bytes, ...] = (bytes(16), bytes(range(16)))
    records: tuple[bytes, ...] = BLOBS
    integers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never_null: frozenset[str] = frozenset()


EVERYTHING = Vocabulary()


def random_message(
    kind: type[S], version: int, chance: random.Random, words: Vocabulary = EVERYTHING
) -> S:
    """A message whose fields of this version are random, the other ones at their defaults."""
    return _struct(kind, version, chance, words, depth=0)


def _struct(kind: type[S], version: int, chance: random.Random, words: Vocabulary, depth: int) -> S:
    struct = kind()
    for definition in kind.FIELDS:
        if version not in definition.versions:
            continue
        if version in definition.tagged and chance.random() < 0.5:
            continue
        setattr(struct, definition.name, _value(definition, version, chance, words, depth))
    return struct


def _value(
    definition: Field, version: int, chance: random.Random, words: Vocabulary, depth: int
) -> Any:
    nullable = version in definition.nullable and definition.name not in words.never_null
    if nullable and chance.random() < 0.25:
        return None
    if not definition.is_array:
        return _element(definition, version, chance, words, depth)
    count = chance.choice((0, 1, 1, 2, 3) if depth < 2 else (0, 1, 1, 2))
    return [_element(definition, version, chance, words, depth) for _ in range(count)]


def _element(
    definition: Field, version: int, chance: random.Random, words: Vocabulary, depth: int
) -> Any:
    if definition.struct is not None:
        return _struct(definition.struct, version, chance, words, depth + 1)
    match definition.type:
        case "bool":
            return chance.random() < 0.5
        case "string":
            return chance.choice(words.names.get(definition.name, words.texts))
        case "bytes":
            return chance.choice(BLOBS)
        case "records":
            return chance.choice(words.records)
        case "uuid":
            return chance.choice(words.uuids)
        case "float64":
            return chance.choice((0.0, -1.5, 1e300, 1024.0, math.nan, math.inf, 5e-324))
    if definition.name in words.integers:
        return chance.choice(words.integers[definition.name])
    return _integer(definition.type, chance)


def _integer(kind: str, chance: random.Random) -> int:
    bits = INTEGER_BITS[kind]
    lowest = 0 if kind.startswith("u") else -(1 << bits - 1)
    highest = lowest + (1 << bits) - 1
    edges = (lowest, max(lowest, -1), 0, 1, highest)
    return chance.choice(edges) if chance.random() < 0.5 else chance.randint(lowest, highest)

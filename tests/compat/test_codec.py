"""Two opinions about every message in every version: the compiled codec and the suite's own."""

from __future__ import annotations

import importlib
import random
import uuid
from typing import Any

import pytest
from generator.notation import FieldDefinition, MessageDefinition, SchemaFile
from wirekafka_protocol.codec import decode, encode

from compat.wire.codec import Codec, Reader, ShortError, api_keys, definitions, uvarint, zigzag

EXAMPLES = 3
INTEGERS = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}


class Maker:
    """Random messages of one version; null, empty and default values are frequent."""

    def __init__(self, schema: SchemaFile, message: MessageDefinition, version: int) -> None:
        self.structs = schema.structs | message.structs
        self.version = version
        self.random = random.Random(f"{message.name} {version}")

    def fields(self, fields: list[FieldDefinition], depth: int = 0) -> dict[str, Any]:
        return {
            field.name: self.value(field, depth)
            for field in fields
            if self.version in field.versions
            and not (self.version in field.tagged and self.random.random() < 0.3)
        }

    def value(self, field: FieldDefinition, depth: int) -> Any:
        if self.version in field.nullable and self.random.random() < 0.25:
            return None
        if field.is_array:
            count = self.random.choice((0, 1, 2)) if depth < 4 else 0
            return [self.one(field, depth) for _ in range(count)]
        return self.one(field, depth)

    def one(self, field: FieldDefinition, depth: int) -> Any:
        if field.struct:
            return self.fields(self.structs[field.struct].fields, depth + 1)
        if field.type in INTEGERS:
            bits = INTEGERS[field.type]
            edge = self.random.choice((-1, 0, 1, 2 ** (bits - 1) - 1, -(2 ** (bits - 1))))
            return edge if self.random.random() < 0.5 else self.random.getrandbits(bits - 1)
        if field.type in ("uint16", "uint32"):
            return self.random.getrandbits(int(field.type[4:]))
        if field.type == "bool":
            return self.random.random() < 0.5
        if field.type == "float64":
            return self.random.random()
        if field.type == "uuid":
            return uuid.UUID(int=self.random.getrandbits(128))
        if field.type == "string":
            return "ä€" * self.random.choice((0, 1, 70))
        return self.random.randbytes(self.random.choice((0, 1, 130)))


@pytest.mark.parametrize("name", sorted(definitions()))
def test_both_codecs_agree(name):
    schema, message = definitions()[name]
    module = importlib.import_module(f"wirekafka_protocol.messages.{schema.name}")
    message_class = getattr(module, name)
    for version in range(message.versions.first, message.versions.last + 1):
        maker = Maker(schema, message, version)
        codec = Codec(name, version)
        for _ in range(EXAMPLES):
            data = codec.encode(maker.fields(message.fields))
            theirs = decode(message_class, version, data)
            assert encode(theirs, version) == data
            again = codec.decode(data)
            assert "_left_over" not in again
            assert codec.encode(again) == data


def test_every_api_has_its_key():
    assert api_keys()["Produce"] == 0
    assert api_keys()["DescribeTopicPartitions"] == 75


def test_fields_of_other_versions_are_ignored_and_unknown_names_are_errors():
    codec = Codec("ApiVersionsRequest", 0)
    assert codec.encode({"client_software_name": "x"}) == b""
    with pytest.raises(ValueError, match="ApiVersionsRequest has no field sofware"):
        codec.encode({"sofware": "x"})


def test_a_value_out_of_range_names_its_field():
    with pytest.raises(ValueError, match=r"ProduceRequest\.acks: 40000 is no int16"):
        Codec("ProduceRequest", 3).encode({"acks": 40000})


def test_unknown_tags_and_bytes_behind_the_end_are_shown():
    codec = Codec("HeartbeatResponse", 4)
    data = codec.encode({"_tags": {9: b"ab"}}) + b"xyz"
    found = codec.decode(data)
    assert found["_tags"] == {"9": "6162"}
    assert found["_left_over"] == 3


def test_an_absent_tagged_field_has_no_key():
    codec = Codec("FetchResponse", 16)
    assert "node_endpoints" not in codec.decode(codec.encode({}))


def test_every_truncation_is_noticed():
    codec = Codec("MetadataResponse", 12)
    data = codec.encode({"brokers": [{"node_id": 1, "host": "h", "port": 1}], "cluster_id": "c"})
    for size in range(len(data)):
        with pytest.raises(ShortError):
            codec.decode(data[:size])


@pytest.mark.parametrize("value", [0, 1, -1, 63, -64, 64, 2**31 - 1, -(2**31), 2**62])
def test_varints_come_back(value):
    assert Reader(zigzag(value)).varint() == value
    assert Reader(uvarint(abs(value))).uvarint() == abs(value)

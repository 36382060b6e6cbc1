"""Compares the facts of every message of ours with Kafka's own definitions, version by version.

Kafka's definitions (JSON with comments, Apache License 2.0) are read where they are unpacked and
are not part of this repository: set WIREKAFKA_KAFKA_SCHEMAS to the folder. Fields are compared as
they act in a version (present, nullable, tagged, default), not as their ranges are written.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import wirekafka_protocol.messages as generated
from wirekafka_protocol.schema import NEVER, Field, Message, Struct, VersionRange

VARIABLE = "WIREKAFKA_KAFKA_SCHEMAS"
FOLDER = os.environ.get(VARIABLE)
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason=f"{VARIABLE} does not name the folder of Kafka's message definitions"
)
_UPPER_AFTER_LOWER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_INTEGERS = {"int8", "int16", "uint16", "int32", "uint32", "int64"}


def our_messages() -> list[type[Message]]:
    found = []
    for module in pkgutil.iter_modules(generated.__path__):
        content = vars(importlib.import_module(f"{generated.__name__}.{module.name}"))
        found += [
            value
            for value in content.values()
            if isinstance(value, type) and issubclass(value, Message) and value is not Message
        ]
    return sorted(found, key=lambda message: message.__name__)


def reference_definitions() -> dict[str, dict[str, Any]]:
    found = {}
    for path in Path(FOLDER or ".").rglob("*.json"):
        text = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.MULTILINE)
        definition = json.loads(text)
        found[definition["name"]] = definition
    return found


def versions(text: str | None) -> VersionRange:
    if text is None or text == "none":
        return NEVER
    first, dash, last = text.removesuffix("+").partition("-")
    if text.endswith("+"):
        return VersionRange(int(first))
    return VersionRange(int(first), int(last if dash else first))


@pytest.fixture(scope="module")
def reference() -> dict[str, dict[str, Any]]:
    return reference_definitions()


@pytest.mark.parametrize("message", our_messages(), ids=lambda message: message.__name__)
def test_message_equals_the_definition(
    message: type[Message], reference: dict[str, dict[str, Any]]
) -> None:
    definition = reference[message.__name__]
    assert versions(definition["validVersions"]) == message.VERSIONS
    flexible = versions(definition["flexibleVersions"])
    for version in range(message.VERSIONS.first, message.VERSIONS.last + 1):
        assert (version in message.FLEXIBLE) == (version in flexible), version
    if definition["type"] in ("request", "response", "coordinator-key", "coordinator-value"):
        assert definition["apiKey"] == message.KEY
    structs = {struct["name"]: struct["fields"] for struct in definition.get("commonStructs", [])}
    for version in range(message.VERSIONS.first, message.VERSIONS.last + 1):
        name = message.__name__
        theirs = list(facts_of_definition(definition["fields"], structs, name, version))
        ours = list(facts_of_class(message, name, version))
        assert ours == theirs, f"version {version}"


def facts_of_class(struct: type[Struct], message: str, version: int) -> Iterator[tuple[Any, ...]]:
    """Per field: name, type, is array, nullable, tag, always fixed, default; then its struct's."""
    for field in struct.FIELDS:
        if version not in field.versions:
            continue
        yield (
            field.name,
            field.type if field.struct is None else without_prefix(field.struct.__name__, message),
            field.is_array,
            version in field.nullable,
            field.tag if version in field.tagged else None,
            field.always_fixed,
            default_of_field(field),
        )
        if field.struct is not None:
            yield from facts_of_class(field.struct, message, version)
            yield ("end of", field.name)


def without_prefix(struct: str, message: str) -> str:
    """Ours carry the message's name where two messages of a module would clash; theirs some do."""
    return struct.removeprefix(message) or struct


def default_of_field(field: Field) -> Any:
    return "null" if field.default is None else field.default


def facts_of_definition(
    fields: list[dict[str, Any]], structs: dict[str, Any], message: str, version: int
) -> Iterator[tuple[Any, ...]]:
    for field in fields:
        tagged = versions(field.get("taggedVersions"))
        present = versions(field["versions"]) if "versions" in field else tagged
        if version not in present:
            continue
        is_array = field["type"].startswith("[]")
        kind = field["type"].removeprefix("[]")
        name = _UPPER_AFTER_LOWER.sub("_", field["name"]).lower()
        yield (
            name,
            without_prefix(kind, message),
            is_array,
            version in versions(field.get("nullableVersions")),
            field["tag"] if version in tagged else None,
            field.get("flexibleVersions") == "none",
            default_of_definition(field, kind, is_array),
        )
        if kind[0].isupper():
            inner = field["fields"] if "fields" in field else structs.get(kind)
            if "fields" in field:
                structs[kind] = inner
            assert inner is not None, kind
            yield from facts_of_definition(inner, structs, message, version)
            yield ("end of", name)


def default_of_definition(field: dict[str, Any], kind: str, is_array: bool) -> Any:
    """Kafka's rule: JSON null is as good as no default, the text "null" is null."""
    text = field.get("default")
    if text == "null":
        return "null"
    if kind == "records":
        return "null"
    if is_array or kind[0].isupper():
        return ()
    if kind in _INTEGERS:
        return int(str(text), 0) if text not in (None, "") else 0
    if kind == "bool":
        return str(text).lower() == "true"
    if kind == "float64":
        return float(text or 0)
    return {"string": text or "", "bytes": b"", "uuid": bytes(16)}[kind]

"""The notation of protocol/schemas/README.md, and the modules that are written from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from generator.modules import render
from generator.notation import NotationError, parse
from wirekafka_protocol.codec import decode, encode
from wirekafka_protocol.schema import ALWAYS, NEVER, VersionRange

ROOT = Path(__file__).resolve().parents[2]

EXAMPLE = """\
# About the API.

api 7 Sample
request versions 1-3 flexible 2+
  name: string? = null @2+   # a comment
  counts: [int32]?2+
  limit: int32 = -1 tag 0 @2+
  parts: [Part]
    index: int32
    leader: Leader @3+ tag 0
      node_id: int32 = -1
response versions 1-3 flexible 2+
  parts: [Part]
    id: uuid
  shared: Shared?
  ratio: float64
struct Shared
  text: string = "none"
  flag: bool = true
"""


def load(text: str) -> dict[str, Any]:
    content: dict[str, Any] = {"__name__": "sample"}
    exec(compile(render(parse("sample", dedent(text))), "sample", "exec"), content)
    return content


def test_a_field_line_carries_all_facts() -> None:
    request = parse("sample", EXAMPLE).messages[0]
    name, counts, limit, parts = request.fields
    assert (request.name, request.key) == ("SampleRequest", 7)
    assert (request.versions, request.flexible) == (VersionRange(1, 3), VersionRange(2))
    assert (name.type, name.nullable, name.default) == ("string", ALWAYS, None)
    assert name.versions == VersionRange(2)
    assert (counts.is_array, counts.nullable, counts.default) == (True, VersionRange(2), ())
    assert (limit.tag, limit.tagged, limit.default) == (0, VersionRange(2), -1)
    assert (parts.struct, parts.tagged) == ("Part", NEVER)
    leader = request.structs["Part"].fields[1]
    assert (leader.struct, leader.tagged) == ("Leader", VersionRange(3))


def test_structs_of_the_same_name_get_their_messages_name_in_front() -> None:
    content = load(EXAMPLE)
    assert content["SampleRequest"].FIELDS[3].struct is content["SampleRequestPart"]
    assert content["SampleResponse"].FIELDS[0].struct is content["SampleResponsePart"]
    assert "Leader" in content
    assert "Shared" in content


def test_a_written_module_has_classes_that_the_codec_takes() -> None:
    content = load(EXAMPLE)
    request = content["SampleRequest"](
        "n", [1, 2], 5, [content["SampleRequestPart"](4, content["Leader"](6))]
    )
    assert decode(content["SampleRequest"], 3, encode(request, 3)) == request
    assert encode(request, 1) == bytes.fromhex(
        "00000002 00000001 00000002 00000005 00000001 00000004"
    )


def test_defaults_are_those_of_the_notation() -> None:
    content = load(EXAMPLE)
    request, response = content["SampleRequest"](), content["SampleResponse"]()
    assert (request.name, request.counts, request.limit, request.parts) == (None, [], -1, [])
    assert content["SampleRequestPart"]().leader is None
    assert response.shared == content["Shared"]("none", True)
    assert response.ratio == 0.0


def test_a_message_prints_its_fields() -> None:
    assert repr(load(EXAMPLE)["Shared"]("a")) == "Shared(text='a', flag=True)"


def test_records_carry_their_type_as_key() -> None:
    content = load(
        """
        message SomeKey versions 0 flexible none key 3
          group: string
        data SomeData versions 0-1 flexible 1+
          group: string
        """
    )
    assert content["SomeKey"].KEY == 3
    assert content["SomeData"].KEY is None
    assert VersionRange(1) == content["SomeData"].FLEXIBLE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("request versions 0 flexible none", "before the line of its api"),
        ("api 1 A\nrequest versions 0 flexible none", "one request, then one response"),
        ("message A versions 0 flexible none\n  a: int31", "int31 is not a type"),
        ("message A versions 0 flexible none\n  a: B", "struct B is not defined"),
        ("message A versions 0 flexible none\n  a int32", "not a field"),
        ("message A versions 0 flexible none\n  a: int32 @x", "not a field"),
        ("message A versions 0 flexible none\n  a: [int32", "not a field"),
        ("message A versions 0 flexible none\n    a: int32", "indentation"),
        ("message A versions 0 flexible none\n\ta: int32", "indentation"),
        ("message A versions 0 flexible none\n   a: int32", "indentation"),
        ("message A versions 0 flexible none\n  a: int32\n  a: int8", "a is there twice"),
        ("message A versions 0 flexible 0+\n  a: int32 tag 1", "the tags here are"),
        ("message A versions 0 flexible none\n  a: int32 = null", "not nullable"),
        ("message A versions 0 flexible none\n  a: int32 = x", "x is not a value"),
        ("message A versions 0 flexible none\n  a: int32 = true", "not a value of the type"),
        ('message A versions 0 flexible none\n  a: int32 = "1"', "not a value of the type"),
        ("message A versions 0 flexible none\n  a: int32\n    b: int32", "has no fields"),
        ("struct B\n  a: int32\nstruct B\n  a: int32", "struct B is there twice"),
        ("hello", "neither api"),
    ],
)
def test_what_is_not_the_notation_is_refused_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(NotationError, match=rf"(?s)sample\.schema:.*{reason}"):
        parse("sample", text)


def test_everything_generated_is_up_to_date() -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "bin/generate", "--check"], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr

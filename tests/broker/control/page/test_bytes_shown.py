"""Keys and values are any bytes; what a person is shown of them."""

from __future__ import annotations

import pytest

from wirekafka.control.page.bytes_shown import (
    BRIEF_CHARACTERS,
    WHOLE_BYTES,
    WHOLE_HEX_BYTES,
    Shown,
    brief,
    tokens,
    visible,
    whole,
)


@pytest.mark.parametrize("show", [brief, whole])
def test_null_and_empty_are_two_things(show):
    assert show(None) == Shown("null")
    assert show(b"") == Shown("empty")


def test_json_is_one_line_in_a_table_and_indented_on_its_own_page():
    data = b'{"id":1,\n "names":["a"]}'
    assert brief(data) == Shown("json", '{"id": 1, "names": ["a"]}')
    assert whole(data) == Shown("json", '{\n  "id": 1,\n  "names": [\n    "a"\n  ]\n}')


@pytest.mark.parametrize("number", ["1.10", "1e400", "123456789012345678901234567890", "-0.0"])
def test_digits_of_json_stay_as_they_are(number):
    assert brief(f'{{"n":{number}}}'.encode()).text == f'{{"n": {number}}}'


@pytest.mark.parametrize("data", [b"1", b"true", b'"a"', b"null"])
def test_a_mere_json_value_is_text_until_json_is_asked_for(data):
    assert brief(data).kind == "text"
    assert brief(data, "json").kind == "json"


@pytest.mark.parametrize("data", [b"{", b'{"a":}', b"[" * 100_000, b'{"a":"\xff"}', b"{}x"])
def test_what_only_begins_like_json_is_none(data):
    for view in ("auto", "json"):
        assert brief(data, view).kind != "json"
        assert whole(data, view).kind != "json"


def test_what_is_no_text_is_hexadecimal():
    assert brief(b"\xff\xfe") == Shown("hex", "ff fe")
    assert brief(b"a\0b").kind == "hex"
    assert whole(bytes(range(20)), "hex").text == (
        "00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  ................\n"
        "00000010  10 11 12 13" + " " * 37 + "  ...."
    )


def test_as_text_is_shown_even_what_is_none():
    assert brief(b"a\xff", "text") == Shown("text", "a�")


def test_a_long_line_is_cut():
    shown = brief(b"x" * 1000)
    assert shown.text == "x" * BRIEF_CHARACTERS + "…"


def test_a_megabyte_is_cut_and_says_how_much_is_missing():
    data = b"x" * 1_000_000
    assert len(brief(data).text) == BRIEF_CHARACTERS + 1
    assert whole(data) == Shown("text", "x" * WHOLE_BYTES, 1_000_000 - WHOLE_BYTES)
    assert whole(b"\xff" * 1_000_000).left_out == 1_000_000 - WHOLE_HEX_BYTES


@pytest.mark.parametrize("length", range(WHOLE_BYTES - 4, WHOLE_BYTES + 4))
def test_a_character_on_the_cut_does_not_turn_text_into_bytes(length):
    assert whole(b"x" * length + "€".encode() * 3).kind == "text"


def test_control_characters_and_turns_of_direction_are_escapes():
    assert visible("a\x1b[31m\u202egnp.exe\ud800") == "a\\x1b[31m\\u202egnp.exe\\ud800"
    assert visible("a\n\tü €") == "a\n\tü €"
    assert "\u202e" not in brief("a\u202eb".encode()).text
    assert "\x7f" not in whole(b'{"a":"\x7f"}').text


@pytest.mark.parametrize(
    "text", ['{\n  "a\\"b": [1, -2.5e3, true, "x: y"],\n  "c": null\n}', "[]", "", "no json"]
)
def test_tokens_put_together_are_the_text(text):
    assert "".join(part for _, part in tokens(text)) == text


def test_tokens_know_keys_from_texts():
    kinds = [(kind, part) for kind, part in tokens('{"a": "b", "c": 1}') if kind]
    assert kinds == [("key", '"a"'), ("text", '"b"'), ("key", '"c"'), ("number", "1")]

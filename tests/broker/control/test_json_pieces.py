"""A document that is read in pieces is what it would be in one, and so are the complaints."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirekafka.control import json_pieces
from wirekafka.control.json_pieces import cuts, read_in_turns
from wirekafka.control.routes import Body


class Row(Body):
    """A row of anything."""

    name: str
    value: Any = None


class Document(Body):
    """Two lists and a number."""

    rows: list[Row] = msgspec.field(default_factory=list)
    words: list[str] = msgspec.field(default_factory=list)
    number: int = 0


WINDOWS = (2, 3, 7, 64)
"""Small enough that everything is cut somewhere."""

text = st.text(st.sampled_from('a"\\,:[]{} \n\u00e9\U0001f600'), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "rows": st.lists(st.fixed_dictionaries({"name": text, "value": values}), max_size=6),
        "words": st.lists(text, max_size=6),
        "number": st.integers(0, 9),
    },
)


def in_pieces(data: bytes) -> Document | str:
    """The document, or what is wrong with it."""
    try:
        return asyncio.run(read_in_turns(Document, data))
    except msgspec.ValidationError as error:
        return str(error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "malformed"


def at_once(data: bytes) -> Document | str:
    """The same by the decoder alone."""
    try:
        return msgspec.json.decode(data, type=Document)
    except msgspec.ValidationError as error:
        return str(error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "malformed"


@pytest.fixture(scope="module", params=WINDOWS, autouse=True)
def window(request: pytest.FixtureRequest) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_pieces, "PIECE_BYTES", request.param)
        yield request.param


@given(documents, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_it_is_what_it_would_be_in_one(document: Any, indent: Any, ascii_only: bool) -> None:
    data = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
    assert in_pieces(data) == at_once(data) == msgspec.convert(document, Document)


@pytest.mark.parametrize(
    "document",
    [
        '{"rows": [{"name": "a"}, {"name": 1}]}',
        '{"rows": [{"name": "a"}, {"name": "b"}, {"nam": "b"}]}',
        '{"rows": [{"name": "a"}, {}]}',
        '{"rows": 1}',
        '{"rows": {"name": "a"}}',
        '{"words": ["a", "b", 3]}',
        '{"number": "a"}',
        '{"numbr": 1}',
        '{"numbr": [1, 2, 3]}',
    ],
)
def test_what_has_the_wrong_type_is_named_by_its_place_in_the_whole(document: str) -> None:
    wrong = at_once(document.encode())
    assert isinstance(wrong, str)
    assert wrong != "malformed"
    assert in_pieces(document.encode()) == wrong


@pytest.mark.parametrize(
    "document",
    [
        "",
        " ",
        "1",
        "{",
        "{}}",
        "{} {}",
        "{,}",
        '{"number": 1,}',
        '{"number": 1]',
        '{"number" 1}',
        '{"number": }',
        '{"number": 1 "words": []}',
        "{number: 1}",
        '{"words": [}',
        '{"words": ["a"}',
        '{"words": ["a",]}',
        '{"words": ["a", "b",]}',
        '{"words": ["a",, "b"]}',
        '{"words": [, "a"]}',
        '{"words": [,]}',
        '{"words": ["a" "b"]}',
        '{"words": ["a]}',
        '{"words": ["a\\',
        '{"words": ["a\\"]}',
        '{"words": ["\\x"]}',
        '{"words": ["a"]]}',
        '{"rows": [{"name": "a", "value": [1}]}',
        '{"rows": [{"name": "a", "value": {1]}]}',
        '{"rows": [{"name": "a"}',
        '{"rows": [{"name": "\ud800"}]}',
    ],
)
def test_what_is_no_json_is_refused(document: str) -> None:
    data = document.encode(errors="surrogatepass")
    assert at_once(data) in ("malformed", "Expected `object`, got `int`")
    assert in_pieces(data) == "malformed"


@given(documents, st.data())
def test_what_is_cut_off_is_refused(document: Any, data: st.DataObject) -> None:
    whole = json.dumps(document).encode()
    size = data.draw(st.integers(0, len(whole) - 1))
    assert in_pieces(whole[:size]) == "malformed"


def test_a_name_that_comes_twice_counts_the_second_time() -> None:
    data = b'{"words": ["a", "b", "c"], "number": 1, "words": ["d"], "number": 2}'
    assert in_pieces(data) == at_once(data) == Document(words=["d"], number=2)


def test_what_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(RecursionError):
        in_pieces(b'{"rows": ' + b"[" * 100_000)


@pytest.mark.parametrize(
    "document",
    [
        b'{"words": ["' + b"x" * 3_000 + b'"]}',
        b'{"rows": [{"name": "a", "value": [' + b"1," * 1_500 + b"1]}]}",
        b'{"number": ' + b"1" * 3_000 + b"}",
        b'{"words": ["a", ' + b" " * 3_000 + b'"b"]}',
    ],
)
def test_one_value_has_its_limit(document: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be read in turns."""
    monkeypatch.setattr(json_pieces, "MAX_ELEMENT_BYTES", 2_000)
    with pytest.raises(msgspec.DecodeError, match="more than 2000 bytes"):
        asyncio.run(read_in_turns(Document, document))


def test_where_it_is_malformed_is_counted_in_the_whole(window: int) -> None:
    data = b'{"words": ["first", "second", ?]}'
    with pytest.raises(msgspec.DecodeError, match=rf"\(byte {data.index(b'?')}\)"):
        asyncio.run(read_in_turns(Document, data))


def test_no_step_is_longer_than_a_few_pieces(window: int) -> None:
    """Between two steps others may go on; whatever is long has many of them."""
    for data in (
        b'{"words": ["' + b"x" * 10_000 + b'"]}',
        b'{"words": ["\\"' + b"\\\\" * 5_000 + b'"]}',
        b'{"words": [' + b",".join([b'"word"'] * 2_000) + b"]}",
        b'{"rows": [' + b",".join([b'{"name": "a", "value": [{}]}'] * 500) + b"]}",
    ):
        assert sum(1 for _ in cuts(data)) >= len(data) / (window * json_pieces._STEPS)


@pytest.mark.parametrize("place", ['@{"number": 1}', '{@"number": 1}', '{"number": 1}@'])
def test_space_without_end_is_refused(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_pieces, "MAX_SPACE_BYTES", 100)
    assert in_pieces(place.replace("@", " " * 99).encode()) == Document(number=1)
    assert in_pieces(place.replace("@", " " * 100).encode()) == "malformed"

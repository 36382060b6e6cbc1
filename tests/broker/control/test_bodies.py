"""Bodies and query strings as typed values; every complaint names the field."""

from __future__ import annotations

import pytest

from wirekafka.control.bodies import field_names, read_body, read_query
from wirekafka.control.errors import ControlError
from wirekafka.control.routes import Body
from wirekafka.control.seed import SeedBody


class Asked(Body):
    count: int = 1
    names: list[str] | None = None
    is_all: bool = False


def test_a_query_string_is_read_with_its_types():
    assert read_query(Asked, [("count", "7"), ("is_all", "true")]) == Asked(count=7, is_all=True)
    assert read_query(Asked, [("names", "a"), ("names", "b")]) == Asked(names=["a", "b"])
    assert read_query(Asked, []) == Asked()


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([("count", "x")], "count"),
        ([("count", "1"), ("count", "2")], "count"),
        ([("is_all", "perhaps")], "is_all"),
        ([("cuont", "1")], "cuont"),
    ],
)
def test_a_wrong_query_names_the_parameter(items, field):
    with pytest.raises(ControlError) as refused:
        read_query(Asked, items)
    assert (refused.value.status, refused.value.field) == (400, field)


def test_the_names_of_all_fields_are_found_for_hints():
    assert {"topics", "partitions", "value_base64", "metadata"} <= field_names(SeedBody)


def test_yaml_only_where_it_is_said(monkeypatch):
    pytest.importorskip("yaml")
    assert read_body(Asked, b"count: 3", "application/yaml") == Asked(count=3)
    assert read_body(Asked, b"", "application/yaml") == Asked()
    for data, kind in ((b"count: 3", "application/json"), (b"count: [", "text/yaml")):
        with pytest.raises(ControlError) as refused:
            read_body(Asked, data, kind)
        assert refused.value.field == "body"


def test_a_yaml_document_is_checked_as_json_is():
    pytest.importorskip("yaml")
    for data in (b"- 1", b"count: [1]", b"nested: {a: &x [*x]}", b"!!python/object:os.x {}"):
        with pytest.raises(ControlError):
            read_body(Asked, data, "application/yaml")

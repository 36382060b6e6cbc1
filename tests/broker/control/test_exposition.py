"""The text that Prometheus reads, read by its own parser."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client.parser import text_string_to_metric_families

from wirekafka.control import pieces
from wirekafka.control.exposition import Family
from wirekafka.instrument.turns import Turns


def text_of(*rows: tuple[float, str]) -> str:
    async def make() -> bytes:
        family = Family(Turns(), "gauge", "lag", "Records.", ("group",))
        for value, label in rows:
            family.add(value, label)
        return b"".join(family.done())

    return asyncio.run(make()).decode()


@pytest.mark.parametrize("size", [1, 64 * 1024], ids=["many pieces", "one piece"])
@pytest.mark.parametrize(
    "label",
    ["", "plain", 'with "quotes"', "back\\slash", "back\\nslash", "new\nline", "ä€\U0001f600"],
)
def test_a_label_is_read_as_it_was_written(
    label: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", size)
    (family,) = text_string_to_metric_families(text_of((1, label), (2.5, "other")))
    assert (family.name, family.documentation, family.type) == ("lag", "Records.", "gauge")
    read = [(sample.labels["group"], sample.value) for sample in family.samples]
    assert read == [(label, 1), ("other", 2.5)]


def test_a_family_without_rows_is_one_without_rows() -> None:
    (family,) = text_string_to_metric_families(text_of())
    assert family.samples == []


def test_half_a_surrogate_pair_spoils_nothing_else() -> None:
    (family,) = text_string_to_metric_families(text_of((1, "\ud800"), (2, "other")))
    assert [sample.value for sample in family.samples] == [1, 2]

"""What our load in Java prints, and what is made of it."""

from __future__ import annotations

import re

import pytest

from bench.client import BenchError
from bench.java_load import RECORDS, SOURCE, transaction_figures

RESULT = "transactions all=1500 measured=900 seconds=2.25 ticks=120\n"


def test_figures_are_of_the_measured_phase_and_records_of_both():
    figures = transaction_figures(f"[WARN] something\n{RESULT}")
    assert (figures["transactions"], figures["seconds"]) == (900, 2.25)
    assert figures["cpu_seconds"] == pytest.approx(1.2)
    assert figures["records"] == 1500 * (RECORDS + 1)


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("", "the Java load printed no result: no message"),
        ("error: no JDK\n", "printed no result: error: no JDK"),
        (RESULT.replace("2.25", "NaN"), "printed no result"),
    ],
)
def test_a_load_without_a_result_fails_the_row(printed, message):
    with pytest.raises(BenchError, match=re.escape(message)):
        transaction_figures(printed)


def test_both_sides_know_how_many_records_a_transaction_has():
    assert f"RECORDS = {RECORDS};" in SOURCE.read_text()

"""The tables that bin/bench prints and stores."""

from __future__ import annotations

import pytest

from bench import report, results
from bench.figures import ROWS
from bench.rounds import Outcome

START = next(row for row in ROWS if row.name == "start")


def outcome(ours, reference=None):
    made = Outcome(START, rounds=len(ours))
    for seconds in ours:
        made.add("wirekafka", {"first_answer_s": seconds})
    for seconds in reference or []:
        made.add("reference", {"first_answer_s": seconds})
    return made


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Results and document in a temporary place."""
    monkeypatch.setattr(results, "PATH", tmp_path / "results" / "latest.json")
    monkeypatch.setattr(report, "DOCUMENT", tmp_path / "docs" / "performance.md")


def test_ratio_and_verdict_stand_beside_the_requirement():
    table = report.against_table([outcome([0.2, 0.1, 0.3], [4.0])])
    assert cells(table) == [
        "start of an empty broker",
        "first answer",
        "0.2 s",
        "4 s",
        "0.05 ×",
        "≤ 1/8 of the reference",
        "pass",
    ]


def test_alone_the_change_to_the_stored_figure_is_shown():
    stored = results.merge({}, [outcome([0.2])], None)
    assert cells(report.alone_table([outcome([0.3])], stored))[2:5] == ["0.3 s", "0.2 s", "+50%"]
    assert cells(report.alone_table([outcome([0.21])], stored))[4] == "+5% ~"


def test_stored_rows_survive_a_run_of_others(kept):
    results.write(results.merge({}, [outcome([0.2], [4.0])], "Kafka"))
    failed = Outcome(START, rounds=1)
    failed.failures["wirekafka"] = "broken"
    results.write(results.merge(results.read(), [failed], "Kafka"))
    assert results.stored_medians(results.read(), "start", "wirekafka") == {"first_answer_s": 0.2}


def test_document_says_where_the_figures_come_from(kept):
    report.write_document(results.merge({}, [outcome([0.2], [4.0])], "Apache Kafka 4.3.1"))
    text = report.DOCUMENT.read_text()
    assert "beside Apache Kafka 4.3.1" in text
    assert "| start of an empty broker |" in text


def cells(table):
    """The cells of a table's first line below its head."""
    return [cell.strip() for cell in table.splitlines()[2].strip("|").split("|")]

"""The report: a plain function of results."""

from __future__ import annotations

from compat import results
from compat.report import ranges, render, write
from compat.results import ClientRow, WireRow

PASS = WireRow("fetch", "a", "It reads.", "pass", apis={"Fetch v4": "pass", "Fetch v12": "pass"})
BAD = WireRow(
    "fetch", "b", "It waits | or not.", "differs", apis={"Fetch v12": "differs"}, detail=["x: `1`"]
)
GAP = WireRow(
    "transactions", "c", "It commits.", "xfail", "transactions", apis={"EndTxn v0": "differs"}
)


def line_with(text, start):
    return next(line for line in text.splitlines() if line.startswith(start))


def test_a_cell_has_the_worst_result_and_the_number_of_scenarios():
    text = render({"wirekafka": [PASS, BAD, GAP]}, {})
    cells = line_with(text, "| 1 | Fetch |").split(" | ")[2:]
    assert cells[4] == "✓1"
    assert cells[12] == "✗2"
    assert cells[5] == "·"
    assert cells[3].strip() == ""
    assert "| ○1 |" in line_with(text, "| 26 | EndTxn |")


def test_behaviours_have_a_column_per_target():
    other = WireRow("fetch", "b", "It waits | or not.", "pass")
    text = render({"wirekafka": [PASS, BAD], "reference": [PASS, other]}, {})
    assert "| wirekafka | reference | expectation |" in text
    assert "| ✗ | ✓ | It waits \\| or not. |" in text
    assert "- **wirekafka: fetch/b** (differs)\n  - `x: '1'`" in text


def test_clients_are_listed_by_program():
    rows = [ClientRow("sarama", "s", "It sends.", "fail", detail="why")]
    text = render({}, {"go": {"wirekafka": rows}})
    assert "| wirekafka | sarama | |" in text
    assert "| ✗ | It sends. | why |" in text


def test_nothing_run_is_a_report_too():
    assert "No client has been run yet" in render({}, {})


def test_stored_results_come_back(tmp_path):
    results.write_wire("wirekafka", [PASS, BAD], tmp_path)
    results.write_wire("127.0.0.1:9092", [PASS], tmp_path)
    client = ClientRow("sarama", "s", "It sends.", "pass", True)
    results.write_client("wirekafka", "go", [client], tmp_path)
    assert results.read_wire(tmp_path) == {"wirekafka": [PASS, BAD], "127.0.0.1:9092": [PASS]}
    assert results.read_clients(tmp_path) == {"go": {"wirekafka": [client]}}
    document = write(tmp_path, tmp_path / "docs" / "compatibility.md")
    assert document.read_text().startswith("# Compatibility")


def test_versions_are_shown_as_ranges():
    assert ranges([7, 1, 2, 3]) == "1-3, 7"
    assert ranges([]) == ""

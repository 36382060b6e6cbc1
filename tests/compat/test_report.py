"""The report: a plain function of results."""

from __future__ import annotations

from compat import results
from compat.report import ranges, render, write
from compat.results import ClientRow, WireRow
from compat.runner import Conversation
from compat.verdict import judge

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


SENDS = ClientRow("sarama", "s", "It sends.", "fail", True, detail="why | not")
READS = ClientRow("sarama", "r", "It reads.", "fail", False, detail="not built")


def test_clients_have_a_column_per_target():
    ours = [SENDS, READS]
    real = [
        ClientRow("sarama", "s", "It sends.", "pass", True),
        ClientRow("sarama", "r", "It reads.", "fail", False, "odd", "Kafka waits"),
        ClientRow("franz-go", "f", "It flies.", "skip", True, "no wings"),
    ]
    text = render({}, {"go": {"reference": real, "wirekafka": ours}})
    assert "| wirekafka | reference | sarama | |" in text
    assert "| ✗ | ✓ | It sends. | wirekafka: why \\| not |" in text
    assert "| ○ | ○ | It reads. | wirekafka: not built<br>reference: Kafka waits |" in text
    assert "| · | - | It flies. | reference: no wings |" in text


def test_the_sums_of_a_client_tell_known_gaps_from_failures():
    passes = ClientRow("sarama", "p", "It waits.", "pass", True)
    text = render({}, {"go": {"wirekafka": [passes, passes, SENDS, READS, READS]}})
    assert "| go | wirekafka | 5 | 2 pass, 2 known gaps, 1 fail |" in text


def test_nothing_run_is_a_report_too():
    assert "No client has been run yet" in render({}, {})


def test_stored_results_come_back(tmp_path):
    results.write_wire("wirekafka", [PASS, BAD], tmp_path)
    results.write_wire("127.0.0.1:9092", [PASS], tmp_path)
    client = ClientRow("sarama", "s", "It sends.", "pass", True)
    asked = {"kgo": {"Produce": [9, 10, 12]}}
    results.write_client("wirekafka", "go", [client], asked, tmp_path)
    assert results.read_wire(tmp_path) == {"wirekafka": [PASS, BAD], "127.0.0.1:9092": [PASS]}
    assert results.read_clients(tmp_path) == {"go": {"wirekafka": [client]}}
    document = write(tmp_path, tmp_path / "docs" / "compatibility.md")
    text = document.read_text()
    assert text.startswith("# Compatibility")
    assert "| key | API | kgo |" in text
    assert "| 0 | Produce | 9-10, 12 |" in text


def test_what_changes_from_run_to_run_is_not_stored(make_scenarios):
    (scenario,) = make_scenarios(waits='"""It waits."""\ndef run(broker): pass')
    said = "never: c155679-area-waits-t at PLAINTEXT://127.0.0.1:21866"
    row = results.wire_row(judge(Conversation(scenario, error=said), []))
    assert row.detail == ["could not go on: never: area-waits-t at PLAINTEXT://<host>:<port>"]


def test_versions_are_shown_as_ranges():
    assert ranges([7, 1, 2, 3]) == "1-3, 7"
    assert ranges([]) == ""

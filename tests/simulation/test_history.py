"""The checker of histories, with good histories and one bad one for each promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from simulating.history import check, read_history

Events = list[dict[str, Any]]


def begin(txn: str, producer: str = "p") -> dict[str, Any]:
    return {"event": "begin", "producer": producer, "txn": txn}


def produce(
    txn: str | None, value: str, partition: int = 0, source: list[Any] | None = None
) -> dict[str, Any]:
    records = [["t", partition, value, source]]
    return {"event": "produce", "producer": "p", "txn": txn, "records": records}


def told(event: str, txn: str) -> dict[str, Any]:
    return {"event": event, "producer": "p", "txn": txn}


def consume(value: str, offset: int, partition: int = 0, consumer: str = "c") -> dict[str, Any]:
    return {
        "event": "consume", "consumer": consumer, "topic": "t", "partition": partition,
        "offset": offset, "value": value,
    }  # fmt: skip


def offsets(txn: str, offset: int) -> dict[str, Any]:
    return {
        "event": "offsets", "producer": "p", "txn": txn, "group": "g", "topic": "in",
        "offsets": {"0": offset},
    }  # fmt: skip


def final_offset(offset: int) -> dict[str, Any]:
    return {"event": "offset", "group": "g", "topic": "in", "partition": 0, "offset": offset}


COMPLETE = {"event": "complete", "consumer": "c"}
TWO = [begin("x"), produce("x", "a"), produce("x", "b", 1)]
COMMIT = [told("committing", "x"), told("committed", "x")]
ABORT = [told("aborting", "x"), told("aborted", "x")]


@pytest.mark.parametrize(
    "events",
    [
        [],
        [*TWO, *COMMIT, consume("a", 0), consume("b", 0, 1), COMPLETE],
        [*TWO, *ABORT, COMPLETE],
        [*TWO, COMPLETE],
        [*TWO, told("committing", "x"), COMPLETE],
        [*TWO, told("committing", "x"), consume("a", 5), consume("b", 7, 1), COMPLETE],
        [*TWO, told("committing", "x"), told("unknown", "x"), COMPLETE],
        [*TWO, *COMMIT, consume("a", 0)],
        [produce(None, "a"), COMPLETE],
        [produce(None, "a"), {"event": "acked", "producer": "p", "value": "a"}, consume("a", 0),
         COMPLETE],
        [*TWO, offsets("x", 3), *COMMIT, consume("a", 0), consume("b", 0, 1), final_offset(3),
         COMPLETE],
        [*TWO, offsets("x", 3), *ABORT, final_offset(-1), COMPLETE],
        [begin("x"), offsets("x", 3), told("committing", "x"), final_offset(3), COMPLETE],
    ],
)  # fmt: skip
def test_a_good_history_has_no_problem(events: Events) -> None:
    assert check(events) == []


@pytest.mark.parametrize(
    ("events", "problem"),
    [
        ([*TWO, *ABORT, consume("a", 0)], "of x, which was not committed"),
        ([*TWO, consume("a", 0)], "of x, which was not committed"),
        ([*TWO, *COMMIT, consume("a", 0), COMPLETE], "did not find 'b' of x: lost"),
        (
            [*TWO, told("committing", "x"), consume("a", 0), COMPLETE],
            "found 'a' of x, not 'b': torn",
        ),
        ([*TWO, *COMMIT, consume("a", 0), consume("a", 4)], "it is there twice"),
        ([*TWO, *COMMIT, consume("a", 0), consume("a", 0)], "after offset 0"),
        ([*TWO, *COMMIT, consume("a", 0, 1)], "which was sent to t-0"),
        ([consume("a", 0)], "which nobody produced"),
        (
            [begin("x"), produce("x", "a"), produce("x", "b"), *COMMIT, consume("b", 0),
             consume("a", 1)],
            "which p sent before 'b'",
        ),
        (
            [produce(None, "a"), produce(None, "b"), consume("a", 0), consume("b", 0, 0, "d")],
            "t-0 offset 0: d read 'b', c read 'a'",
        ),
        (
            [produce(None, "a"), {"event": "acked", "producer": "p", "value": "a"}, COMPLETE],
            "did not find 'a' of p: lost",
        ),
        (
            [begin("x"), produce("x", "a", source=["in", 0, 4]), *COMMIT, begin("y"),
             produce("y", "b", source=["in", 0, 4]), told("committed", "y"), consume("a", 0),
             consume("b", 2)],
            "'a' and 'b', both made from in-0 offset 4",
        ),
        (
            [*TWO, offsets("x", 3), *ABORT, final_offset(3), COMPLETE],
            "the offset of g in in-0 is 3, possible is -1",
        ),
        (
            [*TWO, offsets("x", 3), told("committing", "x"), consume("a", 0), consume("b", 0, 1),
             final_offset(-1), COMPLETE],
            "the offset of g in in-0 is -1, possible is 3",
        ),
    ],
)  # fmt: skip
def test_a_broken_promise_is_named(events: Events, problem: str) -> None:
    assert any(problem in one for one in check(events))


def test_a_line_that_was_cut_by_a_kill_is_left_out(tmp_path: Path) -> None:
    journal = tmp_path / "p.jsonl"
    journal.write_text('{"event": "begin", "producer": "p", "txn": "x"}\n{"event": "comm')
    assert read_history([journal]) == [begin("x")]

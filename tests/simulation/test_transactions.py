"""A short run of transactional loops, and that their checker sees what it is there for."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulating.transactions import run
from simulating.transactions.checking import Copies, Read, check, check_live
from simulating.transactions.events import record_of
from simulating.transactions.looping import COPY, MIRROR, PARTITIONS, copies


def history(outcome: str) -> tuple[list[dict[str, object]], Copies]:
    """One transaction that copied one record of each partition, and what is there of it."""
    records = [copy for number in range(PARTITIONS) for copy in copies(number, f"{number}:0")]
    about = {"producer": "a.1", "txn": "a.1.1"}
    rows = [record_of("a.1.1", copy) for copy in records]
    events: list[dict[str, object]] = [
        {**about, "event": "begin"},
        {**about, "event": "produce", "records": rows},
        *({**about, "event": event} for event in ("committing", outcome)),
    ]
    found = {(topic, number): [Read(0, "a.1.1", value)] for topic, number, value in records}
    return events, found


def problems(outcome: str, found: Copies) -> list[str]:
    return check(history(outcome)[0], [1] * PARTITIONS, found).problems


@pytest.mark.parametrize("outcome", ["committed", "unknown"])
def test_a_history_that_holds_is_accepted(outcome: str) -> None:
    assert problems(outcome, history(outcome)[1]) == []


def test_an_aborted_transaction_that_can_be_read_is_found() -> None:
    assert any("ended with aborted" in line for line in problems("aborted", history("")[1]))


def test_a_missing_record_is_found_as_lost_and_as_torn() -> None:
    found = history("")[1]
    found[COPY, 0] = []
    said = problems("committed", found)
    assert any("lacks 1" in line for line in said)
    assert any("torn" in line for line in said)


def test_a_duplicate_is_found() -> None:
    found = history("")[1]
    found[MIRROR, 0].append(Read(1, "a.1.1", found[MIRROR, 0][0].value))
    assert any("twice" in line for line in problems("committed", found))


def test_a_consumer_that_saw_something_else_is_found() -> None:
    verdict = check([], [0] * PARTITIONS, {})
    check_live({(COPY, 0): [Read(0, "a.1.1", "0:0")]}, {}, verdict)
    assert len(verdict.problems) == 1


def test_transactions_under_kill_9_are_exactly_once(tmp_path: Path) -> None:
    summary = run.run(tmp_path, seed=31, seconds=0.5, client="confluent-kafka", say=lambda _: None)
    assert summary.problems == []
    assert summary.verdict.committed > 0

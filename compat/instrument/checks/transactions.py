"""Check 17: records are looked at without a group, and those of transactions say how they ended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ..check import check
from ..stage import Stage


@check()
def outcomes_of_records(stage: Stage) -> None:
    """Committed, aborted and open records of another language's transactions are told apart."""
    topic = stage.topic()
    producer = stage.producer(transactional_id="t")
    for value, end in (("kept", producer.commit), ("lost", producer.abort)):
        producer.begin()
        producer.send(topic, value)
        end()
    producer.begin()
    producer.send(topic, "pending")
    found = stage.control.records(topic)
    outcomes = {one["value"]: one["outcome"] for one in found}
    stage.equal("outcomes", outcomes, {"kept": "committed", "lost": "aborted", "pending": "open"})
    committed = [one["value"] for one in stage.control.records(topic, committed=True)]
    stage.equal("committed", committed, ["kept"])
    producer.commit()
    outcomes = {one["value"]: one["outcome"] for one in stage.control.records(topic)}
    stage.equal("afterwards", outcomes["pending"], "committed")
    stage.equal("groups", stage.control.groups(), [])


@check()
def a_wait_ends_with_the_commit(stage: Stage) -> None:
    """wait_for=2 counts what is committed: it ends with the commit, not with the append."""
    topic = stage.topic()
    producer = stage.producer(transactional_id="t")
    producer.begin()
    producer.send(topic, "a", "b")
    with ThreadPoolExecutor(1) as waiting, stage.kafka.control as control:
        wait = waiting.submit(control.records, topic, wait_for=2, timeout=20, committed=True)
        stage.producer().send(topic, "between")
        stage.check(not wait.done(), "it ended while the transaction was open")
        producer.commit()
        found = [one["value"] for one in wait.result(20)]
    stage.equal("records", found[:2], ["a", "b"])

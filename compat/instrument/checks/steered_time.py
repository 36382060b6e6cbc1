"""Check 15: an hour passes at once, for clients that know nothing of it."""

from __future__ import annotations

import time
from typing import Any

from ..check import check
from ..remote import CONSUMER_PROTOCOL
from ..stage import Stage


def _advance(stage: Stage, duration: str) -> None:
    stage.control.request("POST", "/clock/advance", {"duration": duration})


def _member(stage: Stage, group: str) -> tuple[str, int]:
    """The one member's id, and the group's epoch."""
    found = stage.control.wait_for_group(group, members=1, assigned=True)
    member: dict[str, Any] = found["members"][0]
    return member["member_id"], found["epoch"]


def _is_gone(stage: Stage, group: str, member_id: str, epoch: int) -> bool:
    """Whether it was removed; a live client may be back already, with the same id or another."""
    found = stage.control.group(group)
    ids = [member["member_id"] for member in found["members"]]
    return member_id not in ids or found["epoch"] > epoch + 1


@check()
def sessions_transactions_and_retention(stage: Stage) -> None:
    """46 s: the member is gone; 15 s more: the transaction is aborted; 1 h: the log start moved."""
    old = stage.topic(retention_ms="3600000")
    topic = stage.topic()
    transactional = stage.producer(transactional_id="t", transaction_timeout_ms=60_000)
    stage.producer().send(old, "a", "b", "c")
    consumer = stage.consumer("classic", topic, session_ms=45_000, heartbeat_ms=15_000)
    member = _member(stage, "classic")
    stage.control.request("POST", "/clock/freeze")
    transactional.begin()
    transactional.send(topic, "open")
    began = time.monotonic()

    _advance(stage, "46s")
    stage.check(_is_gone(stage, "classic", *member), "the member is still there after 46 s")
    stage.equal("outcome after 46 s", _outcomes(stage, topic), ["open"])
    _advance(stage, "15s")
    stage.equal("outcome after 61 s", _outcomes(stage, topic), ["aborted"])
    stage.equal("stored before the hour is over", stage.stored(old), ["a", "b", "c"])
    _advance(stage, "1h")
    stage.equal("stored after the hour", stage.stored(old), [])
    stage.saw(f"1 h 1 min 1 s in {time.monotonic() - began:.2f} s")

    stage.equal("the next offset", stage.producer().send(old, "new")[0] in (3, -1), True)
    stage.equal("first offset that is left", stage.control.records(old)[0]["offset"], 3)
    stage.saw("commit: " + stage.fails("the commit", transactional.commit))
    stage.control.request("POST", "/clock/resume")
    stage.producer().send(topic, "after")
    found = ["open", "after"]  # read_uncommitted
    stage.eventually("the consumer reads on", lambda: consumer.values(0)[-2:] == found)


@check(needs=(CONSUMER_PROTOCOL,))
def a_session_of_the_consumer_protocol(stage: Stage) -> None:
    """46 s: the member of the consumer protocol is gone; it comes back and reads on."""
    topic = stage.topic(3)
    consumer = stage.consumer("next", topic, protocol="consumer")
    member = _member(stage, "next")
    stage.control.request("POST", "/clock/freeze")
    _advance(stage, "44s")
    stage.check(not _is_gone(stage, "next", *member), "the member is gone after 44 s")
    _advance(stage, "46s")
    stage.check(_is_gone(stage, "next", *member), "the member is still there")
    stage.control.request("POST", "/clock/resume")
    stage.producer().send(topic, "after")
    stage.equal("read", consumer.values(1), ["after"])


@check()
def consumers_go_on_while_the_time_stands(stage: Stage) -> None:
    """Frozen, a consumer still reads what is produced: its long poll ends by the machine's time."""
    topic = stage.topic()
    consumer = stage.consumer("app", topic)
    _member(stage, "app")
    stage.control.request("POST", "/clock/freeze")
    stage.producer().send(topic, "frozen")
    stage.equal("read", consumer.values(1), ["frozen"])


def _outcomes(stage: Stage, topic: str) -> list[str]:
    return [one["outcome"] for one in stage.control.records(topic)]

"""Check 2: a test waits for a group, then nothing is lost; a killed member is gone at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..check import check
from ..remote import CONSUMER_PROTOCOL, Remote, RemoteConsumer
from ..stage import Stage

PARTITIONS = 6
READ_S = 10.0
OFTEN = {
    "group.consumer.min.heartbeat.interval.ms": "100",
    "group.consumer.heartbeat.interval.ms": "200",
}
"""A member of the consumer protocol hears of a change with its heartbeat, whose pace the broker
sets; one of the classic protocol sets its own."""


def _have_read(members: list[RemoteConsumer], wanted: set[str]) -> Callable[[], bool]:
    return lambda: {value for member in members for value in member.values(0)} >= wanted


def _lose_nothing(stage: Stage, protocol: str) -> None:
    topic, producer = stage.topic(PARTITIONS), stage.producer()
    waited: list[float] = []
    for number in range(stage.loops):
        group = f"app-{number}"
        settings: dict[str, Any] = {"reset": "latest", "heartbeat_ms": 200, "protocol": protocol}
        members = [stage.consumer(group, topic, **settings) for _ in range(2)]
        began = time.monotonic()
        stage.control.wait_for_group(group, members=2, assigned=True)
        waited.append(time.monotonic() - began)
        for partition in range(PARTITIONS):
            producer.send(topic, f"{number}-{partition}", partition=partition)
        wanted = {f"{number}-{partition}" for partition in range(PARTITIONS)}
        stage.eventually(f"all is read in run {number}", _have_read(members, wanted), READ_S)
        for member in members:
            member.close()
    stage.saw(f"{stage.loops} runs, nothing lost; waited {max(waited):.2f} s at most")


@check(configs=OFTEN)
def what_is_produced_after_the_wait_is_read(stage: Stage) -> None:
    """members=2, assigned=all, then a record to each partition: with latest, all are read."""
    _lose_nothing(stage, "classic")


@check(configs=OFTEN, needs=(CONSUMER_PROTOCOL,))
def the_same_with_the_consumer_protocol(stage: Stage) -> None:
    """The same for members of the consumer protocol."""
    _lose_nothing(stage, "consumer")


def _kill_one(stage: Stage, protocol: str) -> None:
    topic = stage.topic(PARTITIONS)
    settings: dict[str, Any] = {"heartbeat_ms": 100, "protocol": protocol}
    stage.control.request("PUT", "/departures", {"evict": True})
    survivor = stage.consumer("app", topic, client_id="survivor", **settings)
    with Remote(stage.remote.name) as other:
        stage.consumer("app", topic, other, client_id="victim", **settings)
        stage.control.wait_for_group("app", members=2, assigned=True)
        began = time.monotonic()
        other.kill()

        def owner() -> dict[str, Any] | None:
            members: list[dict[str, Any]] = stage.control.group("app")["members"]
            is_all = len(members) == 1 and len(members[0]["partitions"]) == PARTITIONS
            return members[0] if is_all else None

        left = stage.eventually("one member has all partitions", owner)
        owns_ms = (time.monotonic() - began) * 1000
        stage.control.wait_for_group("app", members=1, assigned=True, timeout=10)
        reads_ms = (time.monotonic() - began) * 1000
    stage.equal("who is left", left["client_id"], "survivor")
    # It looks at a partition that is new to it when its Fetch under way ends, 500 ms at most.
    stage.saw(f"after the kill the other owns all in {owns_ms:.0f} ms, reads all in {reads_ms:.0f}")
    stage.producer().send(topic, "to the survivor", partition=PARTITIONS - 1)
    stage.equal("read", survivor.values(1), ["to the survivor"])


@check(configs=OFTEN)
def a_killed_member_is_evicted(stage: Stage) -> None:
    """kill -9 with eviction on disconnect: the other owns and reads all at once."""
    _kill_one(stage, "classic")


@check(configs=OFTEN, needs=(CONSUMER_PROTOCOL,))
def a_killed_member_of_the_consumer_protocol_is_evicted(stage: Stage) -> None:
    """The same for the consumer protocol."""
    _kill_one(stage, "consumer")


@check()
def a_killed_member_goes_when_the_clock_is_advanced(stage: Stage) -> None:
    """kill -9 without eviction: the member stays for its session, and 46 s are soon over."""
    topic = stage.topic(PARTITIONS)
    stage.consumer("app", topic, client_id="survivor", heartbeat_ms=100)
    with Remote(stage.remote.name) as other:
        stage.consumer("app", topic, other, client_id="victim", heartbeat_ms=100)
        stage.control.wait_for_group("app", members=2, assigned=True)
        other.kill()
    clients = [member["client_id"] for member in stage.control.group("app")["members"]]
    stage.equal("members after the kill", sorted(clients), ["survivor", "victim"])
    stage.control.request("POST", "/clock/advance", {"duration": "46s"})
    found = stage.control.wait_for_group("app", members=1, assigned=True, timeout=10)
    stage.equal("who is left", found["members"][0]["client_id"], "survivor")

"""Rows of many groups on a broker of their own (fresh.py): their cost, and their coming back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from . import client, load
from . import wire_groups as wire
from .client import Address, BenchError, Connection
from .figures import Scale
from .fresh import ACK_LIMIT_S, TOPIC, started
from .load import Figures
from .load_groups import group_name
from .target import Target
from .wire import api_versions_frame

GROUPS, MEMBERS = 1_000, 3
MANY_GROUPS = 10_000
AT_ONCE = 500
INTERVALS_S = {"consumer": 5.0, "classic": 3.0}
"""Kafka's defaults: group.consumer.heartbeat.interval.ms, and the clients' heartbeat.interval.ms"""
DESCRIBED_AT_ONCE = 500
GATHER_CONFIGS = {"group.initial.rebalance.delay.ms": "300"}
"""All members of a group are in its first generation."""


def heartbeats(target: Target, scale: Scale, directory: Path) -> Figures:
    broker, pid = started(target, directory)
    client.create_topic(broker.address, TOPIC, MEMBERS)
    figures: Figures = {}
    for kind, interval_s in INTERVALS_S.items():
        result = load.run(
            "heartbeats",
            broker.address,
            topic=TOPIC,
            partitions=MEMBERS,
            groups=scale.count(GROUPS),
            members=MEMBERS,
            kind=kind,
            interval_s=interval_s,
            seconds=5 * scale.seconds,
            pid=pid,
        )
        figures[f"{kind}_cpu_percent"] = 100 * result["cpu_seconds"] / result["seconds"]
        figures[f"{kind}_us"] = result["cpu_seconds"] / result["heartbeats"] * 1e6
    return figures


def groups_load(target: Target, scale: Scale, directory: Path) -> Figures:
    """Write them through the coordinator, kill -9, start, ask until every partition's coordinator
    has read its log."""
    broker, _ = started(target, directory, GATHER_CONFIGS)
    client.create_topic(broker.address, TOPIC, MEMBERS)
    count = scale.count(MANY_GROUPS)
    load.run(
        "write_groups",
        broker.address,
        topic=TOPIC,
        partitions=MEMBERS,
        groups=count,
        members=MEMBERS,
        at_once=AT_ONCE,
    )
    names = [group_name("classic", number) for number in range(count)]
    target.kill()
    began = perf_counter()
    broker = target.start(directory)
    with Connection(broker.address) as connection:
        connection.call(api_versions_frame())
        first_answer = perf_counter()
        _wait_for_coordinators(connection, names)
    loaded = perf_counter()
    return {
        "loaded_s": loaded - began,
        "answers_s": loaded - first_answer,
        "lost_groups": _lost(broker.address, names),
    }


def _wait_for_coordinators(connection: Connection, names: Sequence[str]) -> None:
    """A thousand groups are in every partition."""
    asked = list(names[:: max(1, len(names) // 1_000)])
    deadline = time.monotonic() + ACK_LIMIT_S
    while asked:
        found = wire.described(connection.call(wire.describe_frame(asked)))
        asked = [one.group for one in found if one.error in wire.COORDINATOR_COMES]
        if time.monotonic() > deadline:
            raise BenchError(f"{len(asked)} groups have no coordinator")
        time.sleep(0.005)


def _lost(address: Address, names: Sequence[str]) -> int:
    """Groups without their members or offsets."""
    lost = 0
    expected = list(range(1, MEMBERS + 1))
    with Connection(address) as connection:
        for first in range(0, len(names), DESCRIBED_AT_ONCE):
            some = names[first : first + DESCRIBED_AT_ONCE]
            whole = {
                one.group
                for one in wire.described(connection.call(wire.describe_frame(some)))
                if (one.error, one.state, one.member_count) == (0, "Stable", MEMBERS)
            }
            for name in some:
                answer = connection.call(wire.offsets_frame(name, TOPIC, MEMBERS))
                lost += name not in whole or wire.committed_offsets(answer) != expected
    return lost

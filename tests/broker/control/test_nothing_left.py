"""What commands leave behind in the process, and in a broker beside the commanded one: nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer

from wirekafka.testing.control import ControlClient

FOREVER_MS = 3_600_000


def open_files() -> list[str]:
    """What each descriptor of this process is, without numbers that differ each time."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found.append(os.readlink(entry).partition(":[")[0])
        except FileNotFoundError:
            continue  # the one that lists them
    return sorted(found)


def producer(bootstrap: str, **settings: object) -> Producer:
    return Producer({"bootstrap.servers": bootstrap, "log_level": 0, **settings})


class Busy:
    """Clients in the middle of everything: a transaction, a membership, a long poll."""

    def __init__(self, bootstrap: str) -> None:
        settings: dict[str, Any] = {
            "bootstrap.servers": bootstrap,
            "group.id": "g",
            "log_level": 0,
            "fetch.wait.max.ms": 60_000,
            "socket.timeout.ms": 70_000,
            "session.timeout.ms": 30_000,
        }
        self._consumer = Consumer(settings)
        self._consumer.subscribe(["t"])
        self._consumer.poll(0.2)
        self._producer = producer(bootstrap, **{"transactional.id": "x"})
        self._producer.init_transactions(10)
        self._producer.begin_transaction()
        self._producer.produce("t", b"open")
        self._producer.flush(10)

    def leave(self) -> None:
        self._consumer.close()
        del self._producer


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_commands_in_the_middle_of_everything_leave_nothing_behind(controlled: Any) -> None:
    control = controlled.control

    async def settled() -> tuple[int, int, int]:
        """Connections, waiting tasks and timers, when what ends by itself has ended."""
        server = controlled.broker.server
        for _ in range(500_000):
            if not server.connections:
                break
            await asyncio.sleep(0)
        return len(server.connections), len(asyncio.all_tasks()), controlled.broker.clock.timers

    def round_trip() -> tuple[tuple[int, int, int], list[str]]:
        control.seed(topics=[{"name": "t"}], records=[{"topic": "t", "value": "1"}])
        busy = Busy(controlled.bootstrap)
        control.add_fault("blackhole", name="silent", api="Heartbeat")
        control.add_fault("latency", name="late", ms=FOREVER_MS, api="LeaveGroup")
        control.request("POST", "/clock/freeze")
        control.request("POST", "/snapshots", {"name": "s"})
        fork = control.request("POST", "/forks", {"name": "f"})
        assert fork["name"] == "f"
        control.request("POST", "/snapshots/s/restore")
        control.advance("1h")
        control.request("DELETE", "/namespaces/f")
        control.request("DELETE", "/snapshots/s")
        control.reset()
        busy.leave()
        control.reset()
        return controlled.run(settled), open_files()

    round_trip()  # imports, and makes the threads and databases that stay
    before = round_trip()
    after = round_trip()
    assert after == before
    assert after[0][0] == 0


def test_a_broker_in_the_same_process_is_not_touched(start_controlled: Callable[..., Any]) -> None:
    one, other = start_controlled(), start_controlled()
    for broker in (one, other):
        broker.control.seed(topics=[{"name": "t"}])
    one.control.add_fault("drop_before", name="all", api="Produce")
    one.control.request("PUT", "/departures", {"evict": True})
    one.control.request("POST", "/clock/freeze")
    one.control.advance("7d")
    one.control.request("POST", "/snapshots", {"name": "s"})
    told: list[object] = []
    for broker in (one, other):
        client = producer(broker.bootstrap, **{"message.timeout.ms": 500})
        client.produce("t", b"v", on_delivery=lambda error, _: told.append(error))
        client.flush(10)
    assert told[0] is not None
    assert told[1] is None
    assert other.control.faults() == []
    clock = other.control.request("GET", "/clock")
    assert (clock["frozen"], abs(clock["offset_ms"]) < 1_000) == (False, True)
    assert other.control.request("GET", "/snapshots") == {"snapshots": []}
    assert other.control.request("GET", "/departures") == {"evict": False}
    one.control.reset()
    assert [row["value"] for row in other.control.records("t")] == ["v"]
    assert {row["api"] for row in one.control.request("GET", "/requests")["requests"]} == set()
    assert other.control.request("GET", "/requests?api=Produce")["count"] == 1


def test_what_a_killed_process_left_is_in_nobodys_way(controlled: Any) -> None:
    """A fork could not be made, and an empty broker began with what its namesake had."""
    control = controlled.control
    control.seed(topics=[{"name": "t"}], records=[{"topic": "t", "value": "1"}])
    beside = Path(controlled.broker.config.log_dirs[0] + ".snapshots")
    for left in (".-beside-sibling-1", ".-beside-n", ".-new-s", "s"):
        (beside / left / "t-0").mkdir(parents=True)
        (beside / left / "t-0" / "00000000000000000000.log").write_bytes(b"")
    assert control.request("POST", "/forks")["name"] == "sibling-1"
    assert control.request("POST", "/namespaces", {"name": "n"})["name"] == "n"
    control.request("POST", "/snapshots", {"name": "s"})
    control.request("DELETE", "/namespaces/n")
    control.request("DELETE", "/namespaces/sibling-1")
    assert {path.name for path in beside.iterdir()} == {"s", ".-note-s"}
    control.request("DELETE", "/snapshots/s")
    assert list(beside.iterdir()) == []


def test_what_a_brother_of_a_brother_keeps_is_its_own(controlled: Any) -> None:
    """The folder of a brother's snapshots had a name that another brother could have."""
    control = controlled.control
    one = control.start_namespace("a")
    with ControlClient(one["control"]) as inner:
        inner.take_snapshot("s")
        control.start_namespace("a.snapshots")
        inner.restore_snapshot("s")
    for name in ("a", "a.snapshots"):
        control.end_namespace(name)


def test_the_name_of_a_brother_is_in_no_snapshots_way(controlled: Any) -> None:
    """A fork that was called old-1 lost its data with the next snapshot."""
    control = controlled.control
    control.seed(topics=[{"name": "t"}], records=[{"topic": "t", "value": "1"}])
    names = ("old-1", "new-s", "note-s", "beside-s")
    forks = [control.start_fork(name) for name in names]
    for name in ("s", *names):
        control.take_snapshot(name)
    for fork, name in zip(forks, names, strict=True):
        with ControlClient(fork["control"]) as there:
            there.take_snapshot("s")
            assert [row["value"] for row in there.records("t")] == ["1"]
        control.restore_snapshot(name)
        control.end_namespace(name)

"""Eviction on disconnect, with members of both protocols."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer

WAIT_S = 30
PROTOCOLS = ["classic", "consumer"]
each_protocol = pytest.mark.parametrize("protocol", PROTOCOLS)


class Member:
    """A consumer that polls in a thread of its own."""

    def __init__(self, bootstrap: str, protocol: str, client: str, **more: str) -> None:
        self._stop = threading.Event()
        settings: dict[str, Any] = {
            "bootstrap.servers": bootstrap,
            "group.id": "app",
            "client.id": client,
            "group.protocol": protocol,
            "reconnect.backoff.ms": 10,
            **more,
        }
        if protocol == "classic":
            settings["heartbeat.interval.ms"] = 100
        self._consumer = Consumer(settings)
        self._consumer.subscribe(["orders"])
        self._thread = threading.Thread(target=self._poll)
        self._thread.start()

    def _poll(self) -> None:
        while not self._stop.is_set():
            self._consumer.poll(0.05)
        self._consumer.close()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(WAIT_S)


@pytest.fixture
def join(controlled: Any) -> Iterator[Callable[..., str]]:
    """join(protocol, client_id, …) is the new member's id."""
    controlled.control.seed(topics=[{"name": "orders", "partitions": 4}])
    members: list[Member] = []

    def start(protocol: str, client: str, **more: str) -> str:
        members.append(Member(controlled.bootstrap, protocol, client, **more))
        group = controlled.control.wait_for_group("app", members=len(members), assigned=True)
        return next(m["member_id"] for m in group["members"] if m["client_id"] == client)

    yield start
    for member in members:
        member.stop()


def turn(controlled: Any, on: bool) -> None:
    answer = controlled.control.request("PUT", "/departures", {"evict": on})
    assert answer == {"evict": on}
    assert controlled.control.request("GET", "/departures") == {"evict": on}


def cut(controlled: Any, client: str) -> None:
    """Its connections break, as when it was killed; it comes back only because it was not."""
    connections = controlled.broker.server.connections
    controlled.run(lambda: [c.abort() for c in list(connections) if c.client_id == client])


def log_of(caplog: pytest.LogCaptureFixture, member: str) -> list[str]:
    return [line for line in caplog.messages if line.endswith(f"member={member}")]


def until(condition: Callable[[], object]) -> None:
    """The wait of a group's coordinator ends with its decisions; this one looks at the log."""
    turns = threading.Event()
    for _ in range(WAIT_S * 100):
        if condition():
            return
        turns.wait(0.01)
    raise AssertionError("it did not come")


@each_protocol
def test_a_member_whose_connection_breaks_is_gone_at_once(
    controlled: Any, join: Callable[..., str], protocol: str, caplog: pytest.LogCaptureFixture
) -> None:
    turn(controlled, True)
    caplog.set_level("INFO", "wirekafka.instrument")
    stays, goes = join(protocol, "stays"), join(protocol, "goes")
    cut(controlled, "goes")
    until(lambda: log_of(caplog, goes))
    assert not log_of(caplog, stays)
    group = controlled.control.wait_for_group("app", members=2, assigned=True)  # it came back
    assert stays in [member["member_id"] for member in group["members"]]


@each_protocol
def test_it_is_off_unless_it_is_turned_on(
    controlled: Any, join: Callable[..., str], protocol: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "wirekafka.instrument")
    assert controlled.control.request("GET", "/departures") == {"evict": False}
    turn(controlled, True)
    turn(controlled, False)
    first = join(protocol, "c")
    cut(controlled, "c")
    group = controlled.control.wait_for_group("app", members=1, assigned=True)
    assert [member["member_id"] for member in group["members"]] == [first]
    assert not log_of(caplog, first)


def test_a_static_member_keeps_its_place(
    controlled: Any, join: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    turn(controlled, True)
    caplog.set_level("INFO", "wirekafka.instrument")
    static = join("classic", "static", **{"group.instance.id": "one"})
    plain = join("classic", "plain")
    cut(controlled, "static")
    cut(controlled, "plain")
    until(lambda: log_of(caplog, plain))
    group = controlled.control.wait_for_group("app", members=2, assigned=True)
    assert static in [member["member_id"] for member in group["members"]]
    assert not log_of(caplog, static)


def test_nobody_is_evicted_because_the_broker_stops(
    controlled: Any, join: Callable[..., str], caplog: pytest.LogCaptureFixture
) -> None:
    turn(controlled, True)
    caplog.set_level("INFO", "wirekafka.instrument")
    member = join("classic", "c")
    controlled.stop()
    assert not log_of(caplog, member)

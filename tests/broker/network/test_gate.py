"""Connections that come too fast or are too many, on a manual clock."""

from __future__ import annotations

import pytest

from wirekafka.apis.deferred import Deferred
from wirekafka.clock import ManualClock
from wirekafka.network import gate as gate_module
from wirekafka.network.gate import Gate


class Rates:
    """Each connection waits what the next number says; addresses in `refusals` are refused."""

    def __init__(self, *waits: int, refusals: dict[str, int] | None = None) -> None:
        self.waits = list(waits)
        self.refusals = refusals or {}

    def accepted(self, listener: str, now_ms: int) -> int:
        return self.waits.pop(0) if self.waits else 0

    def refused(self, listener: str, address: str, now_ms: int) -> int:
        return self.refusals.get(address, 0)


class Arriving:
    """A connection; `events` says what became of it."""

    def __init__(self, host: str = "192.0.2.1", listener: str = "A") -> None:
        self.client_host = host
        self.listener = listener
        self.events: list[str] = []
        self.until: Deferred | None = None

    def arrive(self, gate: Gate) -> Arriving:
        self.until = gate.arrive(self)
        if self.until is not None:
            self.until.then(lambda nothing: self.events.append("served"))
        return self

    def enter(self) -> None:
        self.events.append("entered")

    def close(self, reason: str) -> None:
        self.events.append(f"closed: {reason}")

    def abort(self) -> None:
        self.events.append("aborted")


class Slots:
    """So many connections may be served; those that entered are not counted by themselves."""

    def __init__(self, free: int) -> None:
        self.free = free

    def limit_reached(self, listener: str) -> str | None:
        return None if self.free else "max.connections"


def new_gate(rates: Rates, clock: ManualClock | None = None, slots: Slots | None = None) -> Gate:
    gate = Gate(clock or ManualClock(), (slots or Slots(1)).limit_reached)
    gate.rates = rates
    return gate


def test_without_any_limit_a_connection_enters_at_once() -> None:
    connection = Arriving().arrive(Gate(ManualClock(), Slots(1).limit_reached))
    assert connection.events == ["entered"]


def test_a_connection_within_the_rate_enters_at_once() -> None:
    connection = Arriving().arrive(new_gate(Rates()))
    assert connection.events == ["entered"]
    assert connection.until is None


def test_connections_wait_one_after_the_other() -> None:
    clock = ManualClock()
    gate = new_gate(Rates(1000, 500, 0), clock)
    first, second, third = (Arriving().arrive(gate) for _ in range(3))
    clock.advance(999)
    assert first.events == []
    clock.advance(1)
    assert first.events == ["entered", "served"]
    clock.advance(499)
    assert second.events == []
    clock.advance(1)
    assert second.events == third.events == ["entered", "served"]


def test_listeners_do_not_wait_for_each_other() -> None:
    gate = new_gate(Rates(1000))
    waiting, other = Arriving().arrive(gate), Arriving(listener="B").arrive(gate)
    assert waiting.events == []
    assert other.events == ["entered"]


def test_a_refused_address_is_closed_after_its_time_and_never_served() -> None:
    clock = ManualClock()
    gate = new_gate(Rates(refusals={"192.0.2.9": 300}), clock)
    refused, served = Arriving("192.0.2.9").arrive(gate), Arriving().arrive(gate)
    assert served.events == ["entered"]
    clock.advance(299)
    assert refused.events == []
    clock.advance(1)
    assert refused.events == ["closed: connection_creation_rate of its address exceeded"]


@pytest.mark.parametrize("is_refused", [False, True])
def test_who_goes_away_is_forgotten(is_refused: bool) -> None:
    clock = ManualClock()
    rates = Rates(refusals={"192.0.2.1": 300}) if is_refused else Rates(300)
    gate = new_gate(rates, clock)
    gone, behind = Arriving().arrive(gate), Arriving("192.0.2.2").arrive(gate)
    assert gone.until is not None
    gone.until.abandon()
    clock.advance(1000)
    assert gone.events == []
    assert behind.events[0] == "entered"


def test_beyond_the_bound_connections_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "MAX_WAITING", 2)
    clock = ManualClock()
    gate = new_gate(Rates(1000), clock)
    arriving = [Arriving().arrive(gate) for _ in range(3)]
    assert [connection.events for connection in arriving] == [[], [], ["aborted"]]
    clock.advance(1000)
    assert arriving[1].events == ["entered", "served"]


def test_at_the_end_nobody_is_left_waiting() -> None:
    clock = ManualClock()
    gate = new_gate(Rates(1000, refusals={"192.0.2.9": 300}), clock)
    waiting = Arriving().arrive(gate)
    other = new_gate(Rates(refusals={"192.0.2.9": 300}), clock)
    refused = Arriving("192.0.2.9").arrive(other)
    gate.close()
    other.close()
    assert waiting.events == refused.events == ["aborted"]
    clock.advance(2000)
    assert waiting.events == ["aborted"]


# -- slots ----------------------------------------------------------------------------------------


def test_a_connection_waits_for_a_slot_and_those_behind_it_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    slots = Slots(0)
    gate = new_gate(Rates(), slots=slots)
    first, second = Arriving("192.0.2.1").arrive(gate), Arriving("192.0.2.2").arrive(gate)
    gate.slot_freed()
    assert first.events == second.events == []
    assert gate.waiting == 2
    slots.free = 1
    gate.slot_freed()
    assert first.events == second.events == ["entered", "served"]
    assert gate.waiting == 0
    waits = [text for text in caplog.messages if "waits" in text]
    assert waits == ["connection waits client=192.0.2.1 reason=max.connections reached"]


def test_who_waits_for_a_slot_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    slots, rates = Slots(0), Rates(0, 500)
    gate = new_gate(rates, slots=slots)
    first, second = Arriving().arrive(gate), Arriving().arrive(gate)
    for _ in range(3):
        gate.slot_freed()
    assert rates.waits == [500]
    slots.free = 1
    gate.slot_freed()
    assert (first.events, second.events) == (["entered", "served"], [])


def test_a_connection_waits_for_the_rate_and_then_for_a_slot() -> None:
    clock, slots = ManualClock(), Slots(0)
    gate = new_gate(Rates(1000), clock, slots)
    waiting = Arriving().arrive(gate)
    gate.slot_freed()
    clock.advance(1000)
    assert waiting.events == []
    slots.free = 1
    gate.slot_freed()
    assert waiting.events == ["entered", "served"]


def test_who_goes_away_needs_no_slot() -> None:
    slots = Slots(0)
    gate = new_gate(Rates(), slots=slots)
    gone, behind = Arriving().arrive(gate), Arriving().arrive(gate)
    assert gone.until is not None
    gone.until.abandon()
    slots.free = 1
    gate.slot_freed()
    assert (gone.events, behind.events) == ([], ["entered", "served"])


def test_those_who_went_away_take_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_module, "MAX_WAITING", 2)
    gate = new_gate(Rates(), slots=Slots(0))
    _, gone = Arriving().arrive(gate), Arriving().arrive(gate)
    assert gone.until is not None
    gone.until.abandon()
    assert Arriving().arrive(gate).events == []
    assert Arriving().arrive(gate).events == ["aborted"]


def test_listeners_have_slots_of_their_own() -> None:
    gate = Gate(ManualClock(), lambda listener: "full" if listener == "A" else None)
    waiting, other = Arriving().arrive(gate), Arriving(listener="B").arrive(gate)
    assert (waiting.events, other.events) == ([], ["entered"])

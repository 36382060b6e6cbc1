"""Whose tapes make way when the recorder is full."""

from __future__ import annotations

from typing import Any

from wirekafka.observe.exchanges import not_kept
from wirekafka.observe.recorder import CLOSED_TAPES, Recorder
from wirekafka.observe.tape import LEAST_BYTES, WAKE_UP_COST


def fill(client: Any, times: int) -> None:
    data = (9_996).to_bytes(4, "big") + bytes(9_996)
    for _ in range(times):
        client.tape.ran(0.0, memoryview(data), 0, len(data), 1, [])


def small(scene: Any, total_bytes: int) -> None:
    scene.recorder = Recorder(scene.clock.monotonic, scene.clock.now_ms, total_bytes=total_bytes)


def test_tapes_of_connections_that_are_gone_make_way_first(scene: Any) -> None:
    small(scene, 100_000)
    gone, quiet, busy = scene.connect(), scene.connect(), scene.connect()
    fill(gone, 3)
    gone.leaves()
    fill(quiet, 2)
    fill(busy, 6)
    assert [tape.number for tape in scene.tapes()] == [2, 3]
    assert len(quiet.tape.entries) == 2


def test_a_busy_connection_pays_with_its_own_past(scene: Any) -> None:
    small(scene, 100_000)
    quiet, busy = scene.connect(), scene.connect()
    fill(quiet, 2)
    fill(busy, 50)
    assert len(quiet.tape.entries) == 2
    assert scene.recorder.used_bytes <= 100_000


def test_the_newest_wake_up_is_always_kept(scene: Any) -> None:
    small(scene, 1)
    client = scene.connect()
    fill(client, 3)
    assert len(client.tape.entries) == 1


def test_who_comes_late_has_as_much_room_as_the_others(scene: Any) -> None:
    """Those who had filled the room once kept all of it, and the others one wake-up each."""
    small(scene, 200_000)
    clients = [scene.connect() for _ in range(10)]
    for client in clients:
        fill(client, 20)
    assert scene.recorder.used_bytes <= 200_000
    assert len(clients[-1].tape.entries) > 5
    assert all(client.tape.entries for client in clients)


def test_the_bound_holds_when_every_connection_has_said_something_large(scene: Any) -> None:
    """The newest wake-up of each was once kept whole: 64 KB for each of thousands."""
    small(scene, 200_000)
    clients = [scene.connect() for _ in range(100)]
    for client in clients:
        fill(client, 2)
    assert scene.recorder.used_bytes <= 200_000
    assert all(client.tape.entries for client in clients)
    assert scene.recorder.used_bytes == sum(client.tape.used for client in clients)


def test_a_crowd_gets_as_much_as_its_newest_words_take_while_it_is_there(scene: Any) -> None:
    small(scene, 10_000)
    clients = [scene.connect() for _ in range(100)]
    for client in clients:
        fill(client, 2)
    assert scene.recorder.used_bytes <= 2 * 100 * (WAKE_UP_COST + 2 * LEAST_BYTES)
    for client in clients[1:]:
        client.leaves()
    fill(clients[0], 10)
    assert scene.recorder.used_bytes <= 10_000


def test_what_a_wake_up_lost_is_still_counted(scene: Any) -> None:
    small(scene, 1)
    client = scene.connect()
    data = (2).to_bytes(4, "big") + bytes(2)
    client.tape.ran(0.0, memoryview(data * 500), 0, len(data) * 500, 500, [])
    assert not_kept(scene.tapes()) == 500 - LEAST_BYTES // len(data)


def test_the_same_first_words_are_kept_once(scene: Any) -> None:
    first, second = scene.connect(), scene.connect()
    fill_small = (96).to_bytes(4, "big") + bytes(96)
    for client in (first, second):
        client.tape.ran(0.0, memoryview(fill_small), 0, 100, 1, [b"answer"])
    (one,), (other,) = first.tape.entries, second.tape.entries
    assert one[3] is other[3]
    assert one[5] is other[5]


def test_connections_that_said_nothing_leave_nothing(scene: Any) -> None:
    scene.connect().leaves()
    assert scene.tapes() == []


def test_closed_connections_are_bounded_in_number(scene: Any) -> None:
    for _ in range(CLOSED_TAPES + 10):
        client = scene.connect()
        fill(client, 1)
        client.leaves()
    assert len(scene.tapes()) == CLOSED_TAPES
    assert scene.recorder.used_bytes == sum(tape.used for tape in scene.tapes())


def test_forget_clears_live_tapes_and_drops_the_others(scene: Any) -> None:
    gone, live = scene.connect(), scene.connect()
    fill(gone, 1)
    gone.leaves()
    fill(live, 1)
    scene.recorder.forget()
    assert [(tape.number, len(tape.entries)) for tape in scene.tapes()] == [(2, 0)]
    assert scene.recorder.used_bytes == 0


def test_times_are_unix_milliseconds(scene: Any) -> None:
    scene.pass_s(10)
    assert scene.recorder.unix_ms(4.0) == scene.clock.now_ms() - 6000

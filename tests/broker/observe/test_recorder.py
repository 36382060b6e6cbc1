"""Whose tapes make way when the recorder is full."""

from __future__ import annotations

from typing import Any

from wirekafka.observe.recorder import CLOSED_TAPES, Recorder


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

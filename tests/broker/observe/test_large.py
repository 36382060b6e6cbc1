"""Large requests: kept whole while somebody can ask, within one bound for all brokers."""

from __future__ import annotations

from typing import Any

import pytest

from wirekafka.observe.exchanges import exchanges, not_kept
from wirekafka.observe.large import LargeRequests
from wirekafka.observe.recorder import Recorder
from wirekafka.observe.tape import KEPT_BYTES, TAPE_BYTES, WakeUp

SIZE = 100_000
MOST = 10 * SIZE


@pytest.fixture
def room(scene: Any) -> LargeRequests:
    """For ten requests."""
    room = LargeRequests(MOST)
    scene.recorder.keep_large(room)
    return room


def write(client: Any, times: int = 1, size: int = SIZE) -> None:
    data = (size - 4).to_bytes(4, "big") + bytes(size - 4)
    for _ in range(times):
        client.tape.ran(0.0, memoryview(data), 0, size, 1, [b"\0\0\0\x04abcd"])


def whole(client: Any) -> list[bool]:
    return [not exchange.request.is_cut for exchange in exchanges([client.tape])]


def check(scene: Any, *rooms: LargeRequests) -> None:
    """The invariants."""
    tapes = scene.tapes()
    for tape in tapes:
        entries = [WakeUp._make(entry) for entry in tape.entries]
        large = sum(len(one.requests) for one in entries if len(one.requests) > KEPT_BYTES)
        assert tape.large_used == large
    assert scene.recorder.used_bytes == sum(tape.used for tape in tapes)
    for room in rooms:
        assert room.used <= room.limit


def test_a_large_request_is_kept_whole(scene: Any, room: LargeRequests) -> None:
    client = scene.connect()
    write(client)
    assert whole(client) == [True]
    assert room.used == SIZE
    check(scene, room)


def test_it_takes_nothing_of_its_tape(scene: Any, room: LargeRequests) -> None:
    """Twenty of a megabyte were once more than a tape has."""
    client = scene.connect()
    write(client, 10)
    assert client.tape.used < 10 * KEPT_BYTES
    assert not_kept([client.tape]) == 0


def test_without_a_room_it_is_cut(scene: Any) -> None:
    client = scene.connect()
    write(client)
    assert whole(client) == [False]
    assert client.tape.large_used == 0


def test_the_oldest_is_cut_when_the_room_is_full(scene: Any, room: LargeRequests) -> None:
    client = scene.connect()
    write(client, 11)
    assert whole(client) == [False] * 3 + [True] * 8  # an eighth more than it had to
    assert not_kept([client.tape]) == 0  # only in part
    check(scene, room)


def test_a_busy_producer_pays_with_its_own_past(scene: Any, room: LargeRequests) -> None:
    quiet, busy = scene.connect(), scene.connect()
    write(quiet)
    write(busy, 50)
    assert whole(quiet) == [True]
    assert whole(busy)[-1]
    check(scene, room)


def test_what_is_cut_counts_on_its_tape_from_then_on(scene: Any, room: LargeRequests) -> None:
    client = scene.connect()
    write(client, 200)
    assert client.tape.used <= TAPE_BYTES + KEPT_BYTES
    check(scene, room)


def test_one_that_would_fill_the_room_is_cut(scene: Any, room: LargeRequests) -> None:
    client = scene.connect()
    write(client)
    write(client, size=room.largest + 1)
    assert whole(client) == [True, False]
    assert room.used == SIZE


@pytest.mark.parametrize("ends", ["forgotten", "gone", "stopped"])
def test_its_room_is_given_back(scene: Any, room: LargeRequests, ends: str) -> None:
    client = scene.connect()
    write(client, 3)
    if ends == "forgotten":
        scene.recorder.forget()
    elif ends == "stopped":
        scene.recorder.stop()
        write(client)  # what still comes is not kept whole
    else:
        client.leaves()
        scene.recorder.forget()
    assert room.used == 0
    check(scene, room)


def test_wake_ups_that_make_way_give_theirs_back(scene: Any, room: LargeRequests) -> None:
    client = scene.connect()
    write(client, 3)
    write(client, 5000, size=500)
    assert client.tape.dropped_frames
    assert room.used == client.tape.large_used == 0
    check(scene, room)


def test_a_tape_that_shrinks_to_its_newest_words_gives_it_back(
    scene: Any, room: LargeRequests
) -> None:
    client = scene.connect()
    data = (SIZE - 4).to_bytes(4, "big") + bytes(SIZE - 4)
    client.tape.ran(0.0, memoryview(data), 0, SIZE, 1, [bytes(KEPT_BYTES)])
    client.tape.shrink(1000)
    assert room.used == 0
    assert client.tape.used <= 1000
    check(scene, room)


def test_brokers_of_a_process_share_the_room(scene: Any, room: LargeRequests) -> None:
    first, own = scene.connect(), scene.recorder
    write(first, 6)
    scene.recorder = Recorder(scene.clock.monotonic, scene.clock.now_ms)
    scene.recorder.keep_large(own.large)
    second = scene.connect()
    write(second, 6)
    assert room.used <= MOST
    assert first.tape.large_used + second.tape.large_used == room.used
    scene.recorder.stop()
    assert room.used == first.tape.large_used

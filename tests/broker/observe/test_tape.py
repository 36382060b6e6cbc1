"""What a tape keeps, cuts and drops."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.messages.metadata import MetadataRequest

from wirekafka.observe.exchanges import exchanges, not_kept
from wirekafka.observe.tape import KEPT_BYTES, STRANGER_BYTES, TAPE_BYTES, WakeUp


class FileRange:
    size = 5000


def write(client: Any, frames: int, frame_bytes: int) -> None:
    frame = (frame_bytes - 4).to_bytes(4, "big") + bytes(frame_bytes - 4)
    data = frame * frames
    client.tape.ran(0.0, memoryview(data), 0, len(data), frames, [b"\0\0\0\x04abcd"] * frames)


def test_one_copy_keeps_the_frames_of_a_wake_up_and_their_answers(scene: Any) -> None:
    client = scene.connect()
    write(client, 3, 50)
    (entry,) = map(WakeUp._make, client.tape.entries)
    assert (entry.frames, entry.request_bytes, len(entry.requests)) == (3, 150, 150)
    assert entry.answers == b"\0\0\0\x04abcd" * 3


def test_a_large_wake_up_is_cut_and_keeps_its_true_size(scene: Any) -> None:
    client = scene.connect()
    write(client, 1, 1_000_000)
    (entry,) = map(WakeUp._make, client.tape.entries)
    assert (entry.request_bytes, len(entry.requests)) == (1_000_000, KEPT_BYTES)


def test_the_bytes_are_copied_because_the_buffer_is_used_again(scene: Any) -> None:
    client = scene.connect()
    buffer = bytearray(b"\0\0\0\x0aold header")
    client.tape.ran(0.0, memoryview(buffer), 0, 14, 1, [])
    buffer[:] = bytes(14)
    assert client.tape.entries[0][3] == b"\0\0\0\x0aold header"


@pytest.mark.parametrize("frame_bytes", [100, 20_000])
def test_a_full_tape_drops_its_oldest_wake_ups_and_counts_them(
    scene: Any, frame_bytes: int
) -> None:
    client = scene.connect()
    for _ in range(5000):
        write(client, 1, frame_bytes)
    assert client.tape.used <= TAPE_BYTES
    assert client.tape.used == scene.recorder.used_bytes
    assert not_kept([client.tape]) == 5000 - len(client.tape.entries)


def test_frames_that_were_cut_off_are_counted(scene: Any) -> None:
    client = scene.connect()
    write(client, 100, 1000)
    assert not_kept([client.tape]) == 100 - len(exchanges([client.tape])) > 0


def test_an_answer_from_a_file_is_kept_up_to_its_first_records(scene: Any) -> None:
    client = scene.connect()
    client.tape.ran(0.0, memoryview(b""), 0, 0, 1, [b"head", FileRange(), b"tail"])
    (entry,) = map(WakeUp._make, client.tape.entries)
    assert (entry.answers, entry.answer_bytes) == (b"head", 5008)


def test_what_is_not_understood_is_kept_in_part(scene: Any) -> None:
    client = scene.connect()
    client.tape.refused(memoryview(b"GET / HTTP/1.1" * 100), 0, 1400)
    assert client.tape.stranger == (b"GET / HTTP/1.1" * 100)[:STRANGER_BYTES]


def test_the_client_id_is_that_of_the_first_request(scene: Any) -> None:
    client = scene.connect("orders")
    client.asks(MetadataRequest([]), version=9)
    assert client.tape.client_id == "orders"

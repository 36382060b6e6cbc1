"""The frames that are sent: every version and beyond, never a request that disables the broker."""

from __future__ import annotations

import struct

import pytest
from fuzzing.catalogue import all_apis
from fuzzing.frames import DELICATE_KEYS, DISABLING_KEYS, UNPARSABLE, VERSIONS_BEYOND, frames
from fuzzing.values import EVERYTHING
from wirekafka_protocol.codec import decode
from wirekafka_protocol.errors import ProtocolError

APIS = all_apis()


def test_every_version_from_zero_to_beyond_the_highest_is_sent() -> None:
    sent = {frame.version for frame in frames(3, APIS[3], EVERYTHING, seed=1, count=2)}
    assert sent == set(range(APIS[3].request.VERSIONS.last + VERSIONS_BEYOND + 1))


def test_a_key_without_an_api_gets_frames_too() -> None:
    assert all(
        struct.unpack_from(">h", frame.payload) == (99,)
        for frame in frames(99, None, EVERYTHING, seed=1, count=2)
    )


def test_the_same_seed_gives_the_same_frames() -> None:
    one, other = (list(frames(1, APIS[1], EVERYTHING, seed=4, count=9)) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("key", sorted(DISABLING_KEYS))
def test_a_disabling_request_is_only_sent_in_a_form_that_cannot_be_parsed(key: int) -> None:
    api = APIS[key]
    for frame in frames(key, api, EVERYTHING, seed=1, count=36):
        assert frame.damage in UNPARSABLE or struct.unpack_from(">h", frame.payload) != (key,)
        if frame.version in api.request.VERSIONS and frame.damage == "empty":
            with pytest.raises(ProtocolError):
                decode(api.request, frame.version, b"")


@pytest.mark.parametrize("key", sorted(DELICATE_KEYS))
def test_a_delicate_request_is_also_sent_valid_but_never_damaged(key: int) -> None:
    sent = {frame.damage for frame in frames(key, APIS[key], EVERYTHING, seed=1, count=36)}
    assert sent >= {"intact", "appended", "truncated"}
    assert not sent & {"flipped", "huge length", "inserted", "deleted"}

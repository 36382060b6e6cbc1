"""Requests whole, byte by byte and cut off at each byte; and words that keep the broker whole."""

from __future__ import annotations

import struct
from typing import TypeVar

import pytest
from fuzzing.catalogue import all_apis
from fuzzing.frames import DISABLING_KEYS, frames
from fuzzing.sweep import BY_BYTE, CUT, WHOLE, sweep
from fuzzing.words import words_of
from wirekafka_protocol.codec import decoder
from wirekafka_protocol.framing import parse_request_header
from wirekafka_protocol.messages.alter_client_quotas import AlterClientQuotasRequest
from wirekafka_protocol.messages.unregister_broker import UnregisterBrokerRequest
from wirekafka_protocol.schema import Message

from wirekafka.apis.table import APIS as SERVED

M = TypeVar("M", bound=Message)

APIS = all_apis()
TOPIC_ID = bytes(range(16))


@pytest.mark.parametrize("key", [30, 45, 49, 68])
def test_each_version_is_sent_whole_by_byte_and_cut_at_each_byte(key: int) -> None:
    sent = list(sweep(APIS[key], words_of(key, TOPIC_ID), seed=3))
    for version in range(APIS[key].request.VERSIONS.first, APIS[key].request.VERSIONS.last + 1):
        (whole,) = (f.payload for f in sent if (f.version, f.damage) == (version, WHOLE))
        assert [f.payload for f in sent if (f.version, f.damage) == (version, BY_BYTE)] == [whole]
        cut = [f.payload for f in sent if (f.version, f.damage) == (version, CUT)]
        assert cut == [whole[:end] for end in range(len(whole))]


@pytest.mark.parametrize("key", sorted(DISABLING_KEYS))
def test_a_disabling_request_is_only_sent_cut(key: int) -> None:
    sent = {frame.damage for frame in sweep(APIS[key], words_of(key, TOPIC_ID), seed=3)}
    assert sent == {CUT}


def test_every_api_that_is_served_is_swept() -> None:
    assert {api.key for api in SERVED} <= APIS.keys()


def test_no_quota_is_for_everybody_and_no_running_broker_is_unregistered() -> None:
    for seed in range(5):
        for payload in _intact(49, seed):
            request = _decoded(AlterClientQuotasRequest, payload)
            assert all(part.entity_name for entry in request.entries for part in entry.entity)
        for payload in _intact(64, seed):
            assert _decoded(UnregisterBrokerRequest, payload).broker_id not in range(10)


def _intact(key: int, seed: int) -> list[bytes]:
    words = words_of(key, TOPIC_ID)
    sent = frames(key, APIS[key], words, seed=seed, count=36)
    last = APIS[key].request.VERSIONS.last
    return [f.payload for f in sent if f.damage == "intact" and f.version == last]


def _decoded(kind: type[M], payload: bytes) -> M:
    (version,) = struct.unpack_from(">h", payload, 2)
    header = parse_request_header(payload, 0, len(payload))
    message: M = decoder(kind, version)(payload, header.body_pos, len(payload))[0]
    return message

"""A short run over the codec, and: the fuzzer finds decoders that do what they must not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fuzzing import codec
from fuzzing.codec import fuzz_message
from wirekafka_protocol.codec import decoder
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.api_versions import ApiVersionsRequest
from wirekafka_protocol.messages.fetch import FetchRequest
from wirekafka_protocol.messages.headers import RequestHeader
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.offset_commit import OffsetCommitRequest
from wirekafka_protocol.messages.produce import ProduceRequest
from wirekafka_protocol.schema import Message

Decode = Callable[[bytes, int, int], tuple[Message, int]]


@pytest.mark.parametrize(
    ("kind", "version"),
    [
        (RequestHeader, 2),
        (ApiVersionsRequest, 4),
        (ProduceRequest, 8),
        (ProduceRequest, 13),
        (FetchRequest, 4),
        (OffsetCommitRequest, 10),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_damaged_messages_are_decoded_or_refused(kind: type[Message], version: int) -> None:
    result = fuzz_message(kind, version, seed=11, rounds=1)
    assert result.failures == []
    assert result.counts["refused"] > 0
    assert result.counts["measured"] > 0


def test_the_same_seed_gives_the_same_counts() -> None:
    one, other = (fuzz_message(HeartbeatRequest, 4, seed=2, rounds=2) for _ in range(2))
    assert one.counts == other.counts


def test_another_exception_than_a_protocol_error_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(data: bytes, start: int, end: int) -> tuple[Message, int]:
        if end - start < 10:
            raise IndexError("string index out of range")
        return real(data, start, end)

    real = _replace(monkeypatch, decode)
    assert "IndexError: string index out of range" in _problems()


def test_reading_behind_the_end_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(data: bytes, start: int, end: int) -> tuple[Message, int]:
        return real(data, start, len(data))

    real = _replace(monkeypatch, decode)
    problems = _problems()
    assert any("between other bytes" in problem or "stopped at" in problem for problem in problems)


def test_memory_for_a_claimed_length_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(data: bytes, start: int, end: int) -> tuple[Message, int]:
        try:
            return real(data, start, end)
        except ProtocolError:
            bytearray(1 << 20)
            raise

    real = _replace(monkeypatch, decode)
    assert any("bytes of memory" in problem for problem in _problems())


def test_a_lost_field_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(data: bytes, start: int, end: int) -> tuple[Message, int]:
        message, position = real(data, start, end)
        message.generation_id = 7  # type: ignore[attr-defined]  # a Heartbeat's field
        return message, position

    real = _replace(monkeypatch, decode)
    assert "encoded again it has other bytes" in _problems()


def _replace(monkeypatch: pytest.MonkeyPatch, decode: Decode) -> Decode:
    """Let the fuzzer use `decode`; returns the decoder of Heartbeat version 4."""
    real: Decode = decoder(HeartbeatRequest, 4)

    def replaced(kind: Any, version: int) -> Decode:
        return decode

    monkeypatch.setattr(codec, "decoder", replaced)
    return real


def _problems() -> list[str]:
    failures = fuzz_message(HeartbeatRequest, 4, seed=1, rounds=1).failures
    return [str(failure).partition(": ")[2].partition("\n")[0] for failure in failures]

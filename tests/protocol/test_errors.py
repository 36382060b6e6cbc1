"""What clients are told."""

from __future__ import annotations

from wirekafka_protocol.errors import MAX_MESSAGE_LENGTH, ApiError, ErrorCode


def test_a_text_that_quotes_a_long_name_is_cut() -> None:
    """So it can be written in every version: strings have 32,767 bytes at most."""
    error = ApiError(ErrorCode.INVALID_REQUEST, "💥" * 32_767)
    assert error.message == "💥" * MAX_MESSAGE_LENGTH + "…"
    assert len(error.message.encode()) < 32_767


def test_a_text_of_usual_length_stays_as_it_is() -> None:
    text = "a" * MAX_MESSAGE_LENGTH
    assert ApiError(ErrorCode.INVALID_REQUEST, text).message == text
    assert ApiError(ErrorCode.INVALID_REQUEST).message is None

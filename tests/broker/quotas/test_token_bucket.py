"""The arithmetic of token buckets, after Kafka's `TokenBucket` (KIP-599)."""

from __future__ import annotations

from wirekafka.quotas.token_bucket import TokenBucket

START = 1_700_000_000_000


def test_a_bucket_is_full_at_first_and_may_be_overdrawn_once() -> None:
    bucket = TokenBucket(100, 1000)
    bucket.take(560, 5, START)
    assert bucket.throttle_ms(5, START) == 12_000  # the example of KIP-599: -60 tokens
    assert bucket.throttle_ms(5, START + 11_999) == 1
    assert bucket.throttle_ms(5, START + 12_000) == 0


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket = TokenBucket(11, 1000)
    bucket.take(11, 1, START + 3_600_000)
    assert bucket.throttle_ms(1, START + 3_600_000) == 0
    bucket.take(1, 1, START + 3_600_000)
    assert bucket.throttle_ms(1, START + 3_600_000) == 1000


def test_tokens_come_back_at_the_rate_that_holds_now() -> None:
    bucket = TokenBucket(11, 1000)
    bucket.take(21, 1, START)
    assert bucket.throttle_ms(1, START) == 10_000
    assert bucket.throttle_ms(10, START) == 1000
    assert bucket.throttle_ms(10, START + 1000) == 0


def test_a_lower_rate_takes_away_what_is_above_its_burst() -> None:
    bucket = TokenBucket(11, 1000)
    assert bucket.throttle_ms(100, START) == 0
    bucket.take(12, 1, START)
    assert bucket.throttle_ms(1, START) == 1000


def test_a_bucket_that_was_filled_has_the_burst_of_the_next_limit() -> None:
    bucket = TokenBucket(11, 1000)
    bucket.take(100, 1, START)
    bucket.fill(START)
    bucket.take(12, 1, START)
    assert bucket.throttle_ms(1, START) == 1000

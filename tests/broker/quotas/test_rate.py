"""The arithmetic of rates, after Kafka's `Rate`, `SampledStat` and `QuotaUtils`."""

from __future__ import annotations

import pytest

from wirekafka.quotas.rate import MAX_THROTTLE_MS, Rate, whole_ms

START = 1_700_000_000_000
WINDOW_MS = 1000


def rate_of(*recorded: tuple[int, float], samples: int = 11) -> Rate:
    """A rate with values recorded at milliseconds after START."""
    rate = Rate(samples, WINDOW_MS)
    for at, value in recorded:
        rate.record(value, START + at)
    return rate


@pytest.mark.parametrize(
    ("recorded", "at", "elapsed_ms", "per_second"),
    [
        ((), 0, 10_000, 0.0),
        (((0, 500),), 0, 10_000, 50.0),
        (((0, 500),), 1, 10_001, 500 / 10.001),
        (((0, 500),), 999, 10_999, 500 / 10.999),
        (((0, 500),), 1000, 10_000, 50.0),  # a full window: one fewer is assumed
        (((0, 500), (500, 500)), 500, 10_500, 1000 / 10.5),
        (((0, 500), (1500, 500)), 1500, 10_500, 1000 / 10.5),
        (((0, 500),), 10_999, 10_999, 500 / 10.999),
        (((0, 500),), 11_000, 10_000, 0.0),  # nothing for all windows: forgotten
        (((0, 500), (10_500, 1)), 11_400, 10_900, 1 / 10.9),  # by its last event, not its begin
    ],
)
def test_the_rate_is_over_all_windows_but_one_and_the_part_of_the_last(
    recorded: tuple[tuple[int, float], ...], at: int, elapsed_ms: int, per_second: float
) -> None:
    rate = rate_of(*recorded)
    assert rate.measure(START + at) == pytest.approx(per_second)
    assert rate.elapsed_ms(START + at) == elapsed_ms


def test_a_sample_that_reaches_into_the_monitored_time_counts_as_a_whole() -> None:
    rate = rate_of((0, 100), (900, 100), (1000, 7))
    assert rate.measure(START + 11_800) == pytest.approx(207 / 11.8)
    assert rate.measure(START + 11_900) == pytest.approx(7 / 10.9)


def test_what_is_taken_back_was_never_there() -> None:
    rate = rate_of((0, 500), (10, 300), (10, -300))
    assert rate.measure(START + 10) == rate_of((0, 500)).measure(START + 10)


def test_samples_are_used_again_and_never_more_than_one_too_many() -> None:
    rate = rate_of(*((at * WINDOW_MS, 10) for at in range(100)), samples=3)
    assert rate.measure(START + 99 * WINDOW_MS) == pytest.approx(30 / 2)


def test_one_sample_of_no_time_is_divided_by_a_millisecond() -> None:
    assert rate_of((0, 5), samples=1).measure(START) == 5000


@pytest.mark.parametrize(
    ("bytes_recorded", "bound", "throttle_ms"),
    [
        (10_000, 1000, 0),  # exactly the bound
        (10_001, 1000, 1),
        (10_004, 1000, 4),
        (20_000, 1000, 10_000),
        (20_000, 500, 30_000),
        (1e18, 1, MAX_THROTTLE_MS),
        (1e18, float("inf"), 0),
    ],
)
def test_the_wait_brings_the_rate_back_to_its_bound(
    bytes_recorded: float, bound: float, throttle_ms: int
) -> None:
    rate = rate_of((0, bytes_recorded))
    assert rate.throttle_ms(bound, START) == throttle_ms
    if 0 < throttle_ms < 1000:  # the window grows with the wait
        assert rate.throttle_ms(bound, START + throttle_ms) == 0


@pytest.mark.parametrize(("ms", "whole"), [(0.4, 0), (0.5, 1), (1.5, 2), (2.5, 3), (2.4999, 2)])
def test_milliseconds_are_rounded_as_by_java(ms: float, whole: int) -> None:
    assert whole_ms(ms) == whole

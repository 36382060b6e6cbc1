"""How numbers, times and durations are written."""

from __future__ import annotations

import pytest

from wirekafka.control.page import formats


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (12_345_678, "12.3 MB")]
)
def test_sizes(number, text):
    assert formats.size(number) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0 ms"),
        (250, "250 ms"),
        (46_000, "46 s"),
        (5_400_000, "1 h 30 min"),
        (86_400_000, "1 d"),
        (86_401_000, "1 d"),
        (90_061_001, "1 d 1 h"),
    ],
)
def test_durations(ms, text):
    assert formats.duration(ms) == text


def test_moments():
    assert formats.moment(1_767_603_600_007) == "2026-01-05 09:00:00.007"
    assert formats.clock_time(1_767_603_600_007) == "09:00:00.007"
    assert formats.iso(0) == "1970-01-01T00:00:00.000+00:00"


@pytest.mark.parametrize("ms", [-1, -(1 << 63), (1 << 63) - 1, 253_402_300_800_000])
def test_what_no_calendar_has_is_a_dash(ms):
    assert formats.moment(ms) == formats.clock_time(ms) == "–"
    assert formats.iso(ms) == ""


def test_counts():
    assert [formats.count(number) for number in (None, 0, 1_234_567)] == ["–", "0", "1,234,567"]

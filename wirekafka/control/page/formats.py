"""Numbers, sizes, times and durations as the page writes them; filters of the templates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_DATE = "–"
_SIZES = ("B", "KB", "MB", "GB", "TB")
_STEPS = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000))


def count(number: int | None) -> str:
    """1,234; a dash for None."""
    return _NO_DATE if number is None else f"{number:,}"


def size(number: int) -> str:
    """1.2 MB; multiples of 1,000."""
    value = float(number)
    for unit in _SIZES:
        if value < 1000 or unit == _SIZES[-1]:
            break
        value /= 1000
    return f"{number} B" if unit == "B" else f"{value:.1f} {unit}"


def moment(ms: int) -> str:
    """Date and time, UTC; a dash where there is none."""
    found = _datetime(ms)
    return _NO_DATE if found is None else f"{found:%Y-%m-%d %H:%M:%S}.{ms % 1000:03}"


def clock_time(ms: int) -> str:
    """The time of day, UTC."""
    found = _datetime(ms)
    return _NO_DATE if found is None else f"{found:%H:%M:%S}.{ms % 1000:03}"


def iso(ms: int) -> str:
    """For machines: the attribute of a <time>."""
    found = _datetime(ms)
    return "" if found is None else found.isoformat(timespec="milliseconds")


def duration(ms: float) -> str:
    """The two largest units: 1 h 30 min, 46 s, 250 ms."""
    left = round(ms)
    parts: list[str] = []
    for unit, length in _STEPS:
        if left >= length and len(parts) < 2:
            parts.append(f"{left // length} {unit}")
            left %= length
        elif parts:
            break
    return " ".join(parts) or f"{left} ms"


def _datetime(ms: int) -> datetime | None:
    """None for what is before 1970 (no time is -1) or beyond the calendar."""
    if ms < 0:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        return None

"""A rate over sliding samples, and how long to wait until it is back within a bound.

Values are summed up in samples of one window each. The rate is the sum of all samples divided by
the time since the oldest began, taken as at least all windows but one: so a client that has just
begun is not held to the average of its first millisecond, and may burst for `samples - 1` windows.

A sample that had nothing for the whole monitored time starts anew when it is looked at. One sample
more than are monitored is kept, because the oldest reaches into the monitored time.

Source: `SampledStat`, `Rate` of Kafka's metrics, `QuotaUtils.throttleTime`.
"""

from __future__ import annotations

import math

MAX_THROTTLE_MS = 2**31 - 1
"""The largest throttle_time_ms that the wire can carry."""


class Rate:
    """Something per second, over `samples` windows of `window_ms`."""

    __slots__ = (
        "_current",
        "_expires_ms",
        "_kept",
        "_monitored_ms",
        "_oldest_ms",
        "_samples",
        "_total",
        "_window_ms",
    )

    def __init__(self, samples: int, window_ms: int) -> None:
        self._kept = samples + 1
        self._window_ms = window_ms
        self._monitored_ms = samples * window_ms
        self._samples: list[_Sample] = []
        self._current = 0
        # What all samples say together, so that most requests look at one of them only: the sum,
        # when the oldest began, and a time before which none of them can start anew.
        self._total = 0.0
        self._oldest_ms = 0
        self._expires_ms = 0

    def record(self, value: float, now_ms: int) -> None:
        """Add `value`; a negative one takes back what was recorded."""
        samples = self._samples
        if not samples:
            samples.append(_Sample(now_ms))
            self._sum_up()
        sample = samples[self._current]
        if now_ms - sample.start_ms >= self._window_ms:
            sample = self._advance(now_ms)
        sample.value += value
        sample.last_ms = now_ms
        self._total += value

    def measure(self, now_ms: int) -> float:
        """The rate per second as of now."""
        elapsed_ms = self.elapsed_ms(now_ms)  # first: it forgets
        return self._total / (elapsed_ms / 1000)

    def elapsed_ms(self, now_ms: int) -> int:
        """The time that `measure` divides by. What is obsolete is forgotten first."""
        if now_ms >= self._expires_ms:
            self._forget_obsolete(now_ms)
        elapsed_ms = max(now_ms - self._oldest_ms, 0) if self._samples else 0
        missing = self._kept - 2 - elapsed_ms // self._window_ms
        if missing > 0:
            elapsed_ms += missing * self._window_ms
        return elapsed_ms or 1

    def throttle_ms(self, bound: float, now_ms: int) -> int:
        """How long until the rate is back at `bound` if nothing more comes; 0 when it is."""
        elapsed_ms = self.elapsed_ms(now_ms)
        rate = self._total / (elapsed_ms / 1000)
        if rate <= bound:
            return 0
        return whole_ms((rate - bound) / bound * elapsed_ms)

    def _advance(self, now_ms: int) -> _Sample:
        self._current = (self._current + 1) % self._kept
        if self._current == len(self._samples):
            self._samples.append(_Sample(now_ms))
        sample = self._samples[self._current]
        sample.reset(now_ms)
        self._sum_up()
        return sample

    def _forget_obsolete(self, now_ms: int) -> None:
        for sample in self._samples:
            if now_ms - sample.last_ms >= self._monitored_ms:
                sample.reset(now_ms)
        self._sum_up()

    def _sum_up(self) -> None:
        if self._samples:
            self._total = sum(sample.value for sample in self._samples)
            self._oldest_ms = min(sample.start_ms for sample in self._samples)
            self._expires_ms = min(s.last_ms for s in self._samples) + self._monitored_ms


class _Sample:
    __slots__ = ("last_ms", "start_ms", "value")

    def __init__(self, now_ms: int) -> None:
        self.reset(now_ms)

    def reset(self, now_ms: int) -> None:
        self.start_ms = self.last_ms = now_ms
        self.value = 0.0


def whole_ms(ms: float) -> int:
    """Rounded as by Java's Math.round, at most what the wire can carry.

    Kafka cuts off the upper bits of a longer time; a client would not be throttled at all.
    """
    return math.floor(min(ms, MAX_THROTTLE_MS) + 0.5)

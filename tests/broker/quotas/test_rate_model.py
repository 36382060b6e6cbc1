"""A rate against the plain reading of Kafka's `SampledStat`: every sample, every time."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirekafka.quotas.rate import Rate

WINDOW_MS = 1000


@dataclass
class Sample:
    start: int
    last: int
    value: float = 0.0


class PlainRate:
    """Kafka's steps one by one."""

    def __init__(self, samples: int) -> None:
        self.number = samples
        self.samples: list[Sample] = []
        self.current = 0

    def record(self, value: float, now: int) -> None:
        if not self.samples:
            self.samples.append(Sample(now, now))
        if now - self.samples[self.current].start >= WINDOW_MS:
            self.current = (self.current + 1) % (self.number + 1)
            if self.current >= len(self.samples):
                self.samples.append(Sample(now, now))
            else:
                self.samples[self.current] = Sample(now, now)
        sample = self.samples[self.current]
        sample.value += value
        sample.last = now

    def measure(self, now: int) -> float:
        for index, sample in enumerate(self.samples):
            if now - sample.last >= self.number * WINDOW_MS:
                self.samples[index] = Sample(now, now)
        elapsed = now - min((sample.start for sample in self.samples), default=now)
        full = elapsed // WINDOW_MS
        if full < self.number - 1:
            elapsed += (self.number - 1 - full) * WINDOW_MS
        return sum(sample.value for sample in self.samples) / (max(elapsed, 1) / 1000)


STEPS = st.lists(
    st.tuples(st.sampled_from((0, 1, 40, 999, 1000, 1001, 2500, 10_999, 11_000, 40_000)),
              st.integers(-50, 1000), st.booleans()),
    max_size=60,
)  # fmt: skip


@given(st.integers(1, 12), STEPS)
def test_a_rate_is_what_all_its_samples_say(
    samples: int, steps: list[tuple[int, int, bool]]
) -> None:
    now = 1_700_000_000_000
    rate, plain = Rate(samples, WINDOW_MS), PlainRate(samples)
    for passed, value, is_measured in steps:
        now += passed
        rate.record(value, now)
        plain.record(value, now)
        if is_measured:
            assert rate.measure(now) == pytest.approx(plain.measure(now))
    assert rate.measure(now + 7) == pytest.approx(plain.measure(now + 7))

"""A token bucket: credit that grows with time up to a burst and may be overdrawn once.

The bucket holds at most what `samples` windows bring. Who takes more than is left brings it below
zero, and whoever comes then must wait until it is back at zero.

Source: `TokenBucket` of Kafka's metrics, `ControllerMutationQuotaManager.throttleTimeMs` (KIP-599).
"""

from __future__ import annotations

import math

from wirekafka.quotas.rate import whole_ms


class TokenBucket:
    """Tokens per second; `rate` is passed each time, as it may change. Full at first."""

    __slots__ = ("_burst_seconds", "_tokens", "_updated_ms")

    def __init__(self, samples: int, window_ms: int) -> None:
        self._burst_seconds = samples * window_ms / 1000
        self._tokens = 0.0
        self._updated_ms = 0

    def take(self, tokens: float, rate: float, now_ms: int) -> None:
        """Take tokens, whether they are there or not."""
        self._refill(rate, now_ms)
        self._tokens = min(self._burst_seconds * rate, self._tokens - tokens)

    def fill(self, now_ms: int) -> None:
        """As much as any burst: what a request finds for which there is no limit."""
        self._tokens = math.inf
        self._updated_ms = now_ms

    def throttle_ms(self, rate: float, now_ms: int) -> int:
        """How long until the bucket is back at zero; 0 when it is not below."""
        self._refill(rate, now_ms)
        return whole_ms(-self._tokens / rate * 1000) if self._tokens < 0 else 0

    def _refill(self, rate: float, now_ms: int) -> None:
        grown = self._tokens + rate * (now_ms - self._updated_ms) / 1000
        self._tokens = min(self._burst_seconds * rate, grown)
        self._updated_ms = now_ms

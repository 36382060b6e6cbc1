"""What `producer-perf-test` prints: windows while it runs, percentiles at the end.

Source: the output of `org.apache.kafka.tools.ProducerPerformance` in 4.3.1.
"""

from __future__ import annotations

import time

_MOST_SAMPLES = 500_000  # latencies kept for the percentiles; more records are sampled
_PERCENTILES = ((0.5, "50th"), (0.95, "95th"), (0.99, "99th"), (0.999, "99.9th"))
_MB = 1024.0 * 1024.0


class Statistics:
    """Latencies and sizes of acknowledged records."""

    def __init__(
        self, num_records: int, *, label: str = "", interval_ms: int | None = None
    ) -> None:
        """`label` stands before "records sent" in the summary; no interval is no windows."""
        self.count = 0
        self.size_bytes = 0
        self.total_latency_ms = 0
        self.max_latency_ms = 0
        self._label = label
        self._interval_ms = interval_ms
        self._sampling = max(1, num_records // min(num_records, _MOST_SAMPLES))
        self._latencies: list[int] = []
        self._started_ms = self._window_ms = _now_ms()
        self._window = (0, 0, 0)
        self._window_max_ms = 0

    def record(self, sent_ms: list[int], size_bytes: int, now_ms: int) -> None:
        """Records that were handed over at these times were acknowledged now."""
        latencies = [now_ms - one for one in sent_ms]
        if self._sampling == 1:
            self._latencies += latencies
        else:
            self._latencies += latencies[-self.count % self._sampling :: self._sampling]
        self.count += len(latencies)
        self.size_bytes += size_bytes
        self.total_latency_ms += sum(latencies)
        slowest = max(latencies, default=0)
        self.max_latency_ms = max(self.max_latency_ms, slowest)
        self._window_max_ms = max(self._window_max_ms, slowest)
        if self._interval_ms is not None and now_ms - self._window_ms >= self._interval_ms:
            print(self._window_text(now_ms), flush=True)
            self._window = (self.count, self.size_bytes, self.total_latency_ms)
            self._window_max_ms = 0
            self._window_ms = now_ms

    def document(self) -> dict[str, float | int]:
        """The summary as JSON has it."""
        elapsed_s = max(_now_ms() - self._started_ms, 1) / 1000
        return {
            "records": self.count,
            "records_per_sec": self.count / elapsed_s,
            "mb_per_sec": self.size_bytes / elapsed_s / _MB,
            "avg_latency_ms": self.total_latency_ms / max(self.count, 1),
            "max_latency_ms": self.max_latency_ms,
            **{
                f"latency_{name}_ms": value
                for (_, name), value in zip(_PERCENTILES, self.percentiles(), strict=True)
            },
        }

    def summary(self) -> str:
        """The last line of the tool."""
        shown = self.document()
        percentiles = ", ".join(
            f"{value} ms {name}"
            for (_, name), value in zip(_PERCENTILES, self.percentiles(), strict=True)
        )
        return (
            f"{self.count}{self._label} records sent, {shown['records_per_sec']:f} records/sec "
            f"({shown['mb_per_sec']:.2f} MB/sec), {shown['avg_latency_ms']:.2f} ms avg latency, "
            f"{self.max_latency_ms:.2f} ms max latency, {percentiles}."
        )

    def percentiles(self) -> list[int]:
        """The latencies below which so many of the records lie, in ms."""
        ordered = sorted(self._latencies) or [0]
        return [ordered[int(share * len(ordered))] for share, _ in _PERCENTILES]

    def _window_text(self, now_ms: int) -> str:
        count, size_bytes, latency_ms = (
            now - before
            for now, before in zip(
                (self.count, self.size_bytes, self.total_latency_ms), self._window, strict=True
            )
        )
        elapsed_s = max(now_ms - self._window_ms, 1) / 1000
        return (
            f"{count} records sent, {count / elapsed_s:.1f} records/sec "
            f"({size_bytes / elapsed_s / _MB:.2f} MB/sec), "
            f"{latency_ms / max(count, 1):.1f} ms avg latency, "
            f"{float(self._window_max_ms):.1f} ms max latency."
        )


def _now_ms() -> int:
    return int(time.time() * 1000)

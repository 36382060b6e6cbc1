"""What a row of the benchmark is, what it must reach, and the verdict on it.

The required figures are ratios to the real Kafka in the same run, because absolute ones differ by a
factor of two between machines; a few are absolute because no reference has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Literal

NOISE = 0.15  # medians that differ by less than this say nothing on a shared machine


@dataclass(frozen=True, slots=True)
class Scale:
    """How much work a round does."""

    seconds: float  # of loads that run for a time
    factor: float  # of loads that send a number of records

    def count(self, full: int) -> int:
        return max(1, round(full * self.factor))


FULL = Scale(seconds=2.0, factor=1.0)
QUICK = Scale(seconds=0.5, factor=0.1)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a row. `ratio`: ours / the reference's; `limit`: ours alone. Whether a bound is
    the least or the most allowed follows from `better`."""

    key: str
    label: str
    unit: str
    better: Literal["higher", "lower"]
    ratio: float | None = None
    limit: float | None = None

    def required(self) -> str:
        """The requirement in words, empty when there is none."""
        sign = "≥" if self.better == "higher" else "≤"
        if self.ratio is not None:
            inverse = 1 / self.ratio
            if self.ratio < 0.6:
                return f"{sign} 1/{inverse:.3g} of the reference"
            return f"{sign} {self.ratio:.3g} × the reference"
        if self.limit is not None:
            return f"{sign} {self.limit:g} {self.unit}".rstrip()
        return ""

    def verdict(self, ours: float, reference: float | None) -> Literal["pass", "miss", ""]:
        if self.ratio is not None and reference:
            measured, bound = ours / reference, self.ratio
        elif self.limit is not None:
            measured, bound = ours, self.limit
        else:
            return ""
        reached = measured >= bound if self.better == "higher" else measured <= bound
        return "pass" if reached else "miss"


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of work. A fresh row starts brokers of its own; the others share running ones.
    `ours_only`: the other broker has nothing of the kind."""

    name: str
    title: str
    figures: tuple[Figure, ...]
    fresh: bool = False
    ours_only: bool = False
    most_rounds: int = 99  # rows that take half a minute a round do with fewer


SCALING_CONNECTIONS = (1, 2, 4, 8, 16, 32, 64, 128)

ROWS = (
    Row(
        "produce_pipelined",
        "Produce, 1 × 100 B, acks=1, pipelined (window 64), raw",
        (
            Figure("requests_per_s", "requests", "/s", "higher", ratio=4),
            Figure("cpu_us", "broker CPU per request", "µs", "lower", ratio=1 / 6),
        ),
    ),
    Row(
        "produce_connections",
        "Produce, 1 × 100 B, 32 connections, one in flight each, raw",
        (
            Figure("requests_per_s", "requests", "/s", "higher", ratio=1.8),
            Figure("cpu_us", "broker CPU per request", "µs", "lower", ratio=1 / 2.5),
        ),
    ),
    Row(
        "scaling",
        "Produce, 1 × 100 B, one in flight on each connection, raw",
        tuple(
            Figure(f"connections_{count}", f"{count} connections", "/s", "higher")
            for count in SCALING_CONNECTIONS
        ),
    ),
    Row(
        "ack_latency",
        "ack latency, one in flight, raw",
        (
            Figure("p50_us", "p50", "µs", "lower", ratio=0.75),
            Figure("p99_us", "p99", "µs", "lower", ratio=1),
        ),
    ),
    Row(
        "poll_latency",
        "produce → long-polling consumer, raw",
        (
            Figure("p50_us", "p50", "µs", "lower", ratio=0.7),
            Figure("p99_us", "p99", "µs", "lower"),
        ),
    ),
    Row(
        "bulk",
        "1 MB batches, raw",
        (
            Figure("produce_gb_per_s", "Produce", "GB/s", "higher"),
            Figure(
                "produce_of_copy", "Produce / bare copy socket → file", "×", "higher", limit=0.5
            ),
            Figure("fetch_gb_per_s", "Fetch", "GB/s", "higher"),
            Figure("fetch_of_copy", "Fetch / bare copy file → socket", "×", "higher", limit=0.5),
        ),
    ),
    Row(
        "append_time",
        "Produce as in the first row, to a topic with LogAppendTime",
        (
            Figure("requests_per_s", "requests", "/s", "higher", ratio=4),
            Figure("cpu_us", "broker CPU per request", "µs", "lower", ratio=1 / 6),
        ),
    ),
    Row(
        "recompression",
        "100 KB batches that the topic wants compressed, raw",
        (
            Figure("lz4_mb_per_s", "lz4", "MB/s", "higher"),
            Figure("lz4_p99_us", "lz4, tiny Produce beside it, p99", "µs", "lower", ratio=1),
            Figure("zstd_mb_per_s", "zstd", "MB/s", "higher"),
            Figure("zstd_p99_us", "zstd, tiny Produce beside it, p99", "µs", "lower", ratio=1),
        ),
    ),
    Row(
        "librdkafka_100",
        "librdkafka producer, 1 M × 100 B, acks=all, 6 partitions",
        (
            Figure("messages_per_s", "messages", "/s", "higher", ratio=1),
            Figure("cpu_s", "broker CPU", "s", "lower", ratio=1 / 3),
        ),
    ),
    Row(
        "librdkafka_1000",
        "librdkafka, 300 k × 1 KB, 6 partitions",
        (
            Figure("produce_mb_per_s", "produce", "MB/s", "higher", ratio=1.4),
            Figure("read_mb_per_s", "full read", "MB/s", "higher", ratio=1),
        ),
    ),
    Row(
        "java_perf",
        "Java producer- and consumer-perf-test, 1 M × 1,000 B, 6 partitions",
        (
            Figure("produce_records_per_s", "produce, after warm-up", "/s", "higher", ratio=1),
            Figure("produce_cpu_s", "broker CPU, produce", "s", "lower"),
            Figure("consume_records_per_s", "consume, client warming up", "/s", "higher", ratio=1),
            Figure("consume_cpu_s", "broker CPU, consume", "s", "lower"),
        ),
        most_rounds=3,
    ),
    Row(
        "transactions",
        "transactions of 10 × 100 B, librdkafka",
        (
            Figure("transactions_per_s", "transactions", "/s", "higher", ratio=2),
            Figure("cpu_us", "broker CPU per transaction", "µs", "lower", ratio=1 / 4),
        ),
    ),
    Row(
        "java_transactions",
        "transactions of 10 × 100 B, Java",
        (
            Figure("transactions_per_s", "transactions", "/s", "higher", ratio=2),
            Figure("cpu_us", "broker CPU per transaction", "µs", "lower", ratio=1 / 4),
        ),
        most_rounds=3,
    ),
    Row(
        "group_join",
        "brand-new consumer group, librdkafka, defaults",
        (
            Figure("first_record_s", "first record after subscribe", "s", "lower", limit=0.2),
            Figure("second_assigned_s", "second member assigned", "s", "lower", ratio=1.1),
        ),
    ),
    Row(
        "groups_settle",
        "100 members of a new group of 1,000 partitions, raw",
        (
            Figure("classic_s", "all have theirs, classic", "s", "lower", limit=2),
            Figure("consumer_s", "all have theirs, consumer protocol", "s", "lower", limit=2),
        ),
        most_rounds=3,
    ),
    Row(
        "second_member",
        "second member of a group of the consumer protocol, 6 partitions, raw",
        (
            Figure("soon_ms", "fully assigned, 1 s behind the first", "ms", "lower", limit=1_000),
            Figure("late_ms", "fully assigned, 15 s behind it", "ms", "lower"),
        ),
        most_rounds=3,
    ),
    Row(
        "start",
        "start of an empty broker",
        (
            Figure("first_answer_s", "first answer", "s", "lower", ratio=1 / 8),
            Figure("first_ack_s", "first acked record", "s", "lower", ratio=1 / 8),
        ),
        fresh=True,
    ),
    Row(
        "memory",
        "memory of the broker",
        (
            Figure("idle_mb", "RSS idle", "MB", "lower", ratio=1 / 7),
            Figure("loaded_mb", "RSS after 1 M × 100 B", "MB", "lower", ratio=1 / 7),
            Figure("connection_kb", "RSS per idle connection", "KB", "lower", limit=5),
        ),
        fresh=True,
        most_rounds=3,
    ),
    Row(
        "crowd",
        "5,000 idle connections",
        (
            Figure("connection_kb", "RSS per connection", "KB", "lower", limit=40),
            Figure("requests_per_s", "pipelined tiny Produce beside them", "/s", "higher"),
            Figure("of_few", "that / beside 50 of them", "×", "higher", limit=0.95),
        ),
        fresh=True,
        most_rounds=3,
    ),
    Row(
        "heartbeats",
        "1,000 settled groups of 3 members",
        (
            Figure("consumer_cpu_percent", "consumer protocol, 5 s", "% CPU", "lower", limit=5),
            Figure("consumer_us", "that per heartbeat", "µs", "lower"),
            Figure("classic_cpu_percent", "classic, 3 s", "% CPU", "lower", limit=5),
            Figure("classic_us", "that per heartbeat", "µs", "lower"),
        ),
        fresh=True,
        most_rounds=2,
    ),
    Row(
        "groups_load",
        "restart after kill -9 with 10,000 classic groups of 3 members, and their offsets",
        (
            Figure("loaded_s", "from the start to the last one's answer", "s", "lower", limit=3),
            Figure("answers_s", "from the first answer of the broker on", "s", "lower"),
            Figure("lost_groups", "groups or offsets lost", "", "lower", limit=0),
        ),
        fresh=True,
        most_rounds=2,
    ),
    Row(
        "partitions",
        "a topic of 1,000 partitions",
        (
            Figure("created_s", "CreateTopics until all leaders are known", "s", "lower", ratio=1),
            Figure("written_s", "a record to each", "s", "lower", ratio=1 / 15),
            Figure("grown_mb", "RSS growth", "MB", "lower", ratio=1 / 6),
        ),
        fresh=True,
        most_rounds=3,
    ),
    Row(
        "compaction",
        "compaction, every key ten times",
        (
            Figure("mb_per_s", "200 MB of 1 KB records", "MB/s", "higher", limit=50),
            Figure("small_mb_per_s", "50 MB of 100 B records", "MB/s", "higher"),
            Figure("p99_us", "tiny Produce of another topic beside it, p99", "µs", "lower"),
            Figure("of_idle", "that p99 / the one before", "×", "lower", limit=2),
        ),
        fresh=True,
        most_rounds=3,
    ),
    Row(
        "segments",
        "clean restart with 10,000 segments on disk",
        (
            Figure("rolled_per_s", "segments begun before, one batch each", "/s", "higher"),
            Figure("first_answer_s", "first answer about their log", "s", "lower", limit=2),
        ),
        fresh=True,
        most_rounds=1,
    ),
    Row(
        "restart",
        "restart after kill -9 with 1 GB on disk",
        (
            Figure("first_ack_s", "first acked record", "s", "lower", ratio=1 / 5),
            Figure(
                "recovery_point_ack_s",
                "first acked record, after a clean stop in between",
                "s",
                "lower",
                ratio=1 / 5,
            ),
            Figure("lost_records", "acknowledged records lost", "", "lower", limit=0),
        ),
        fresh=True,
        most_rounds=2,
    ),
    Row(
        "first_test",
        "pytest plugin",
        (
            Figure(
                "first_test_s", "first test of a session has its broker", "s", "lower", limit=0.6
            ),
            Figure("import_ms", "all that it costs where nobody uses it", "ms", "lower", limit=10),
        ),
        fresh=True,
        ours_only=True,
    ),
    Row(
        "reset",
        "POST /reset of 50 topics, 10,000 records, 5 groups",
        (Figure("reset_ms", "answered", "ms", "lower", limit=50),),
        fresh=True,
        ours_only=True,
        most_rounds=3,
    ),
    Row(
        "fork",
        "fork of a whole broker",
        (
            Figure("large_ms", "100 MB in one topic", "ms", "lower", limit=20),
            Figure("many_ms", "50 topics with some records", "ms", "lower"),
        ),
        fresh=True,
        ours_only=True,
        most_rounds=3,
    ),
    Row(
        "namespaces",
        "one more namespace",
        (
            Figure("memory_kb", "RSS", "KB", "lower", limit=100),
            Figure("cpu_ms", "broker CPU to start it", "ms", "lower"),
            Figure("start_ms", "started", "ms", "lower"),
        ),
        fresh=True,
        ours_only=True,
        most_rounds=3,
    ),
    Row(
        "recorder",
        "recorder and empty fault table, tiny pipelined Produce",
        (
            Figure("of_without", "broker CPU / without both", "×", "lower", limit=1.03),
            Figure("cpu_us", "broker CPU per request", "µs", "lower"),
        ),
        fresh=True,
        ours_only=True,
        most_rounds=3,
    ),
)

Samples = dict[str, list[float]]  # figure key -> one number per round


def medians(samples: Samples) -> dict[str, float]:
    """The figure that a series of rounds stands for."""
    return {key: median(numbers) for key, numbers in samples.items() if numbers}

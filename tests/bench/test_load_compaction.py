"""What brokers log about a compaction, and the rate that is made of it."""

from __future__ import annotations

import pytest

from bench.load_compaction import logged_rate

OURS = (
    "[2026-11-21 15:20:01,412] INFO log cleaned topic=bench partition=0 offsets=0..190000 "
    "bytes=200000000->20000000 records=190000->20000 keys=20000 seconds=2.5 (wirekafka.log_cleaner)"
)
KAFKAS = """[2026-11-21 15:20:01,412] INFO Starting cleaning of log bench-0. (LogCleaner)
[2026-11-21 15:20:03,412] INFO [kafka-log-cleaner-thread-0]:
\tLog cleaner thread 0 cleaned log bench-0 (dirty section = [0, 190000])
\t1,000.0 MB of log processed in 10.0 seconds (100.0 MB/sec).
\tIndexed 1,000.0 MB in 4.0 seconds (250.0 Mb/sec, 40.0% of total time)
"""


@pytest.mark.parametrize(("log", "rate"), [(OURS, 80.0), (KAFKAS, 104.8576)])
def test_bytes_read_per_second(log, rate):
    assert logged_rate(f"other line\n{log}\nother line\n", "bench") == pytest.approx(rate)


@pytest.mark.parametrize("log", ["", OURS, KAFKAS])
def test_another_topic_does_not_count(log):
    assert logged_rate(log.replace("bench", "bench-1"), "bench") is None


def test_a_run_shorter_than_the_log_tells_has_a_rate():
    assert logged_rate(OURS.replace("=2.5", "=0.0"), "bench") == pytest.approx(4000.0)

"""What Kafka's perf tools print, and what is made of it."""

from __future__ import annotations

import re

import pytest

from bench.client import BenchError
from bench.perf_tools import consumer_rate, producer_rate

PROGRESS = (
    "11024 records sent, 10914.9 records/sec (10.41 MB/sec), "
    "494.7 ms avg latency, 1247.0 ms max latency.\n"
)
SUMMARY = (
    "300000 records sent, 59808.612440 records/sec (57.04 MB/sec), 379.41 ms avg latency, "
    "683.00 ms max latency, 310 ms 50th, 622 ms 95th, 650 ms 99th, 671 ms 99.9th.\n"
)
STEADY = (
    "200000 steady state records sent, 88261.253310 records/sec (84.17 MB/sec), "
    "306.18 ms avg latency, 447.00 ms max latency, 299 ms 50th, 372 ms 95th, 430 ms 99th.\n"
)
NAMES = (
    "start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, "
    "rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec\n"
)
NUMBERS = (
    "2026-01-21 13:59:31:283, 2026-01-21 13:59:33:340, 286.1023, 139.0872, 300004, "
    "145843.4614, 712, 1345, 212.7155, 223048.3271\n"
)


def test_producer_rate_is_that_behind_the_warm_up():
    assert producer_rate(PROGRESS + SUMMARY + STEADY, 200_000) == 88_261.25331


def test_a_warning_behind_the_result_does_not_matter():
    assert producer_rate(f"{SUMMARY}{STEADY}[WARN] closing\n", 200_000) == 88_261.25331


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("", "the producer printed no result: no message"),
        (PROGRESS + "TimeoutException: late\n", "printed no result: TimeoutException: late"),
        (SUMMARY, "printed no result: 300000 records sent"),
        (STEADY + STEADY, "printed no result"),
        (STEADY.replace("200000", "199999"), "the producer sent 199999 of 200000 records"),
    ],
)
def test_a_producer_without_a_full_result_fails_the_row(printed, message):
    with pytest.raises(BenchError, match=re.escape(message)):
        producer_rate(printed, 200_000)


def test_consumer_rate_leaves_out_joining_the_group():
    assert consumer_rate(NAMES + NUMBERS, 300_000) == 223_048.3271


def test_a_warning_before_the_table_does_not_matter():
    assert consumer_rate(f"[WARN] rebalancing, soon\n{NAMES}{NUMBERS}", 300_000) == 223_048.3271


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("", "the consumer printed no result: no message"),
        (NAMES, "the consumer printed no result: start.time"),
        (NAMES + "1, 2, 3\n", "the consumer printed no result: 1, 2, 3"),
        (NUMBERS, "the consumer printed no result: 2026"),
        (NAMES + NUMBERS.replace("300004", "299999"), "read 299999 of 300000 records"),
    ],
)
def test_a_consumer_without_a_full_result_fails_the_row(printed, message):
    with pytest.raises(BenchError, match=re.escape(message)):
        consumer_rate(printed, 300_000)

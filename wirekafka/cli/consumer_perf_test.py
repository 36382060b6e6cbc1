"""`wirekafka consumer-perf-test`: how fast records get out, as kafka-consumer-perf-test.sh has it.

The consumer is kafka-python's, a classic member of the group: several of these tools share the
partitions, and the time in which they have none counts as rebalance time.

One poll lasts as long as --timeout, unless records come. This client (3.0.12) loses a rebalance
whose poll ends before it: it does not look at the assignment that it is given then, and reads
nothing until its session is over.

Differs from Kafka: --print-metrics prints this client's metrics, and --date-format is strftime's.
Source: the output of `org.apache.kafka.tools.ConsumerPerformance` in 4.3.1.
"""

from __future__ import annotations

import datetime
import random
import re
import time
from typing import TYPE_CHECKING, Any

from wirekafka.cli.clients import (
    CLOSE_TIMEOUT_MS,
    add_connection_arguments,
    client_settings,
    kafka_faults,
)
from wirekafka.cli.output import CommandError, print_json, progress

if TYPE_CHECKING:
    import argparse

SUMMARY = "measure how fast records are consumed"

_MB = 1024.0 * 1024.0
_FIGURES = (
    "data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, "
    "fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec"
)
_HEADER = f"start.time, end.time, {_FIGURES}"
_DETAILED_HEADER = f"time, threadId, {_FIGURES}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser, "--command-config", "--consumer.config")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--topic", help="the topic to consume")
    where.add_argument("--include", metavar="REGEX", help="topics whose names match")
    count = parser.add_mutually_exclusive_group(required=True)
    count.add_argument(
        "--num-records", "--messages", type=int, metavar="N", help="how many records"
    )
    parser.add_argument(
        "--command-property", action="append", default=[], metavar="NAME=VALUE",
        help="a client property",
    )  # fmt: skip
    parser.add_argument("--group", help="the group (default: perf-consumer- and a number)")
    parser.add_argument(
        "--fetch-size", type=int, default=1_048_576, metavar="BYTES",
        help="most data of a partition in one request (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--from-latest", action="store_true",
        help="start at the end, not at the beginning, where the group has no offset",
    )  # fmt: skip
    parser.add_argument(
        "--socket-buffer-size", type=int, default=2_097_152, metavar="BYTES",
        help="the receive buffer of the socket (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--timeout", type=int, default=10_000, metavar="MS",
        help="give up when no record comes for so long (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--hide-header", action="store_true", help="print no titles")
    parser.add_argument(
        "--show-detailed-stats", action="store_true",
        help="print a line for each --reporting-interval instead of one at the end",
    )  # fmt: skip
    parser.add_argument(
        "--reporting-interval", type=int, default=5000, metavar="MS",
        help="for --show-detailed-stats (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--date-format", default="%Y-%m-%d %H:%M:%S:%f", metavar="FORMAT",
        help="how times are shown, as strftime has it; %%f are milliseconds here",
    )  # fmt: skip
    parser.add_argument("--print-metrics", action="store_true", help="print the client's metrics")
    parser.add_argument("--json", action="store_true", help="write JSON at the end, no lines")


def run(options: argparse.Namespace) -> int:
    """Consume and print the figures."""
    if options.num_records <= 0:
        raise CommandError("--num-records should be greater than zero.")
    if not (options.hide_header or options.json):
        print(_DETAILED_HEADER if options.show_detailed_stats else _HEADER)
    with kafka_faults(options):
        from kafka import KafkaConsumer

        settings: dict[str, Any] = {
            "client_id": "perf-consumer-client",
            "group_id": options.group or f"perf-consumer-{random.randrange(100_000)}",
            "auto_offset_reset": "latest" if options.from_latest else "earliest",
            "max_partition_fetch_bytes": options.fetch_size,
            "receive_buffer_bytes": options.socket_buffer_size,
            "max_poll_records": 10_000,
            **client_settings(options, KafkaConsumer.DEFAULT_CONFIG, options.command_property),
        }
        consumer = KafkaConsumer(**settings)
        try:
            measured = _Measured(options)
            _subscribe(consumer, options, measured)
            _consume(consumer, options, measured)
            ended_s = time.time()
            metrics = consumer.metrics() if options.print_metrics else {}
        finally:
            consumer.close(timeout_ms=CLOSE_TIMEOUT_MS)
    measured.print_result(ended_s)
    if not options.json:
        for group, values in sorted(metrics.items()):
            for name, value in sorted(values.items()):
                print(f"{f'{group}:{name}':<60}: {value}")
    return 0


class _Measured:
    """What was read, since the start and since the last line."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.records = 0
        self.size_bytes = 0
        self.rebalance_s = 0.0
        self._options = options
        self._started_s = self._line_s = self._revoked_s = time.time()
        self._line = (0, 0, 0.0)

    def revoked(self) -> None:
        """From now on there is nothing to read."""
        self._revoked_s = time.time()

    def assigned(self) -> None:
        """There are partitions to read again."""
        self.rebalance_s += time.time() - self._revoked_s

    def maybe_print_line(self) -> None:
        """A line, if they are wanted and the interval is over."""
        now_s = time.time()
        if (now_s - self._line_s) * 1000 < self._options.reporting_interval:
            return
        if self._options.show_detailed_stats and not self._options.json:
            size, records, rebalance_s = self._line
            rest = _figures(
                self.size_bytes - size, self.records - records, now_s - self._line_s,
                self.rebalance_s - rebalance_s,
            )  # fmt: skip
            print(
                f"{self._time(now_s)}, 0, {self.size_bytes / _MB:.4f}, {rest['MB.sec']:.4f}, "
                f"{self.records}, {rest['nMsg.sec']:.4f}, {_shares(rest)}",
                flush=True,
            )
        self._line = (self.size_bytes, self.records, self.rebalance_s)
        self._line_s = now_s

    def print_result(self, ended_s: float) -> None:
        """The one line at the end, unless there were lines before."""
        whole = _figures(self.size_bytes, self.records, ended_s - self._started_s, self.rebalance_s)
        if self._options.json:
            print_json(
                {"records": self.records, "expected": self._options.num_records,
                 "data.consumed.in.MB": self.size_bytes / _MB, **whole}
            )  # fmt: skip
        elif not self._options.show_detailed_stats:
            print(
                f"{self._time(self._started_s)}, {self._time(ended_s)}, "
                f"{self.size_bytes / _MB:.4f}, {whole['MB.sec']:.4f}, {self.records}, "
                f"{whole['nMsg.sec']:.4f}, {_shares(whole)}"
            )

    def _time(self, moment_s: float) -> str:
        moment = datetime.datetime.fromtimestamp(moment_s).astimezone()
        wanted = self._options.date_format.replace("%f", f"{moment.microsecond // 1000:03}")
        return moment.strftime(wanted)


def _figures(size: int, records: int, elapsed_s: float, rebalance_s: float) -> dict[str, float]:
    elapsed_s = max(elapsed_s, 0.001)
    fetch_s = max(elapsed_s - rebalance_s, 0.0)
    return {
        "MB.sec": size / _MB / elapsed_s,
        "nMsg.sec": records / elapsed_s,
        "rebalance.time.ms": int(rebalance_s * 1000),
        "fetch.time.ms": int(elapsed_s * 1000) - int(rebalance_s * 1000),
        "fetch.MB.sec": size / _MB / fetch_s if fetch_s else 0.0,
        "fetch.nMsg.sec": records / fetch_s if fetch_s else 0.0,
    }


def _shares(figures: dict[str, float]) -> str:
    return (
        f"{figures['rebalance.time.ms']}, {figures['fetch.time.ms']}, "
        f"{figures['fetch.MB.sec']:.4f}, {figures['fetch.nMsg.sec']:.4f}"
    )


def _subscribe(consumer: Any, options: argparse.Namespace, measured: _Measured) -> None:
    """Join the group for the topics. They are looked for first: a typing error is told at once,
    and whoever leads the group shares out partitions that it knows."""
    from kafka import ConsumerRebalanceListener

    class Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
        def on_partitions_revoked(self, revoked: object) -> None:
            measured.revoked()

        def on_partitions_assigned(self, assigned: object) -> None:
            measured.assigned()

    pattern = rf"(?:{options.include or re.escape(options.topic)})\Z"
    try:
        is_wanted = re.compile(pattern).match
    except re.error as error:
        reason = f"--include {options.include} is no regular expression: {error}"
        raise CommandError(reason) from None
    if not any(is_wanted(name) for name in consumer.topics()):
        raise CommandError(f"there is no topic {options.include or options.topic}")
    if options.include:
        consumer.subscribe(pattern=pattern, listener=Listener())
    else:
        consumer.subscribe([options.topic], listener=Listener())


def _consume(consumer: Any, options: argparse.Namespace, measured: _Measured) -> None:
    with progress(total=options.num_records, unit="record", quiet=options.json) as bar:
        while measured.records < options.num_records:
            found = consumer.poll(timeout_ms=options.timeout)
            if not found:
                break
            for records in found.values():
                measured.records += len(records)
                measured.size_bytes += sum(
                    len(one.key or b"") + len(one.value or b"") for one in records
                )
                bar.update(len(records))
            measured.maybe_print_line()  # as in Java's tool: when a record is there
    if measured.records < options.num_records and not options.json:
        print(
            "WARNING: Exiting before consuming the expected number of records: timeout "
            f"({options.timeout} ms) exceeded. You can use the --timeout option to increase the "
            "timeout."
        )

"""`wirekafka consumer-perf-test`: how fast records get out, as kafka-consumer-perf-test.sh has it.

The consumer is a member of the group: several of these tools share the partitions, and the time in
which they have none counts as rebalance time. One poll lasts as long as --timeout, unless records
come.

Differs from Kafka: --print-metrics prints this client's metrics, and --date-format is strftime's.
Source: the output of `org.apache.kafka.tools.ConsumerPerformance` in 4.3.1.
"""

from __future__ import annotations

import datetime
import random
import re
import time
from typing import TYPE_CHECKING

from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.output import CommandError, print_json, progress
from wirekafka.cli.wire.client_assignors import Partitions
from wirekafka.cli.wire.cluster import Cluster, client_properties, open_cluster
from wirekafka.cli.wire.consumer import Consumer
from wirekafka.cli.wire.consumer_settings import PROPERTIES, ConsumerSettings

if TYPE_CHECKING:
    import argparse

SUMMARY = "measure how fast records are consumed"

_MB = 1024.0 * 1024.0
_FIGURES = (
    "data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, "
    "fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec"
)
_HEADER = f"start.time, end.time, {_FIGURES}"
_DEFAULTS = {"max.poll.records": "10000"}
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
    flags = [
        f"group.id={options.group or f'perf-consumer-{random.randrange(100_000)}'}",
        f"receive.buffer.bytes={options.socket_buffer_size}",
        f"max.partition.fetch.bytes={options.fetch_size}",
        f"auto.offset.reset={'latest' if options.from_latest else 'earliest'}",
        "check.crcs=false",  # as Java's tool
    ]
    given = [*options.command_property, *flags]
    properties = {**_DEFAULTS, **client_properties(options, given, PROPERTIES)}
    settings = ConsumerSettings.of(properties)
    with open_cluster(
        options, client_id="perf-consumer-client", known=PROPERTIES, given=given
    ) as cluster:
        measured = _Measured(options)
        consumer = Consumer(cluster, settings, measured)
        try:
            _subscribe(cluster, consumer, options)
            _consume(consumer, options, measured)
            ended_s = time.time()
        finally:
            consumer.close()
    measured.print_result(ended_s)
    if options.print_metrics and not options.json:
        for name, value in sorted(consumer.metrics().items()):
            print(f"{f'consumer-fetch-manager-metrics:{name}':<60}: {value}")
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

    def revoked(self, partitions: Partitions) -> None:
        """From now on there is nothing to read."""
        self._revoked_s = time.time()

    def assigned(self, partitions: Partitions) -> None:
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


def _subscribe(cluster: Cluster, consumer: Consumer, options: argparse.Namespace) -> None:
    """Join the group for the topics. They are looked for first: a typing error is told at once."""
    if options.topic is not None:
        if not cluster.topics([options.topic]):
            raise CommandError(f"there is no topic {options.topic}")
        consumer.subscribe([options.topic])
        return
    try:
        is_wanted = re.compile(options.include).fullmatch
    except re.error as error:
        reason = f"--include {options.include} is no regular expression: {error}"
        raise CommandError(reason) from None
    if not any(is_wanted(name) for name in cluster.topics()):
        raise CommandError(f"there is no topic {options.include}")
    consumer.subscribe(choice=is_wanted)


def _consume(consumer: Consumer, options: argparse.Namespace, measured: _Measured) -> None:
    with progress(total=options.num_records, unit="record", quiet=options.json) as bar:
        while measured.records < options.num_records:
            found = consumer.poll(options.timeout / 1000)
            if not found:
                break
            for batch in found:
                measured.records += len(batch.records)
                measured.size_bytes += sum(
                    len(one.key or b"") + len(one.value or b"") for one in batch.records
                )
                bar.update(len(batch.records))
            measured.maybe_print_line()  # as in Java's tool: when a record is there
    if measured.records < options.num_records and not options.json:
        print(
            "WARNING: Exiting before consuming the expected number of records: timeout "
            f"({options.timeout} ms) exceeded. You can use the --timeout option to increase the "
            "timeout."
        )

"""`wirekafka console-consumer`: print records, as kafka-console-consumer.sh does.

Ctrl-C, SIGTERM, --max-messages and --timeout-ms end it; the number of records goes to standard
error.

Differs from Kafka: without --group no group is made up; all partitions are read, which shows the
same records. Of the formatters there are those for lines, for nothing and --json; dump-log shows
the records of the internal topics. A deserializer knows texts and numbers.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wirekafka.cli.clients import add_connection_arguments, pairs, properties_of_file
from wirekafka.cli.output import CommandError, complain, note, progress
from wirekafka.cli.record_formatter import (
    DESERIALIZERS,
    Formatter,
    JsonFormatter,
    NoFormatter,
    RecordFormatter,
)
from wirekafka.cli.stop_signals import StopSignals
from wirekafka.cli.wire.cluster import TopicPartition, client_properties, open_cluster
from wirekafka.cli.wire.consumer import Consumer
from wirekafka.cli.wire.consumer_settings import PROPERTIES, ConsumerSettings
from wirekafka.cli.wire.fetcher import Polled
from wirekafka.cli.wire.offsets import EARLIEST, LATEST

if TYPE_CHECKING:
    import argparse

SUMMARY = "print the records of a topic"

_POLL_S = 0.1  # how long a signal may wait
_FORMATTERS = ("DefaultMessageFormatter", "NoOpMessageFormatter")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json for one JSON object per record."""
    add_connection_arguments(parser, "--command-config", "--consumer.config")
    topics = parser.add_mutually_exclusive_group(required=True)
    topics.add_argument("--topic", help="the topic to read")
    topics.add_argument("--include", metavar="REGEX", help="read every topic that matches")
    parser.add_argument("--from-beginning", action="store_true", help="start at the first record")
    parser.add_argument("--group", help="read as a member of this group, and commit")
    parser.add_argument("--partition", type=int, help="read this partition only")
    parser.add_argument(
        "--offset", help="with --partition: a number, earliest or latest (default: latest)"
    )
    parser.add_argument("--max-messages", type=int, metavar="N", help="stop after N records")
    parser.add_argument(
        "--timeout-ms", type=int, metavar="MS", help="stop when no record came for so long"
    )
    parser.add_argument(
        "--isolation-level", choices=("read_uncommitted", "read_committed"),
        help="leave out open and aborted transactions or not (default: read_uncommitted)",
    )  # fmt: skip
    parser.add_argument(
        "--formatter", metavar="CLASS",
        help=f"{', '.join(_FORMATTERS)}, with or without their package",
    )  # fmt: skip
    parser.add_argument(
        "--property", "--formatter-property", action="append", default=[], metavar="NAME=VALUE",
        help="print.key, print.value, print.timestamp, print.headers, print.offset, "
        "print.partition, print.epoch, key.separator, line.separator, headers.separator, "
        "null.literal, key.deserializer, value.deserializer, headers.deserializer",
    )  # fmt: skip
    parser.add_argument("--formatter-config", metavar="FILE", help="the same in a file")
    for part in ("key", "value"):
        parser.add_argument(
            f"--{part}-deserializer", metavar="CLASS",
            help=f"what a {part} is: {DESERIALIZERS}, with or without their package",
        )  # fmt: skip
    parser.add_argument(
        "--skip-message-on-error", action="store_true",
        help="go on behind a record that cannot be shown",
    )  # fmt: skip
    parser.add_argument(
        "--consumer-property", "--command-property", action="append", default=[],
        metavar="NAME=VALUE", help="a client property",
    )  # fmt: skip
    parser.add_argument(
        "--enable-systest-events", action="store_true", help='print "shutdown_complete" in the end'
    )
    parser.add_argument("--json", action="store_true", help="write one JSON object per record")


def run(options: argparse.Namespace) -> int:
    """Print until something ends it."""
    if options.offset is not None and options.partition is None:
        raise CommandError("--offset needs --partition")
    if options.partition is not None and options.topic is None:
        raise CommandError("--partition needs --topic")
    formatter = _formatter(options)
    settings = _settings(options)
    tally = Tally()
    with StopSignals() as stop:
        try:
            with open_cluster(
                options, client_id="console-consumer", known=PROPERTIES, given=_given(options)
            ) as cluster:
                consumer = Consumer(cluster, settings)
                try:
                    _start(consumer, options, settings)
                    _print_all(consumer, options, formatter, tally, stop)
                finally:
                    consumer.close()
        finally:
            note(f"Processed a total of {tally.records} messages")
            if options.enable_systest_events:
                print("shutdown_complete")
        return stop.exit_code


@dataclass(slots=True)
class Tally:
    """How many records were read, whatever ended it."""

    records: int = 0


def _formatter(options: argparse.Namespace) -> RecordFormatter:
    properties = {**properties_of_file(options.formatter_config), **pairs(options.property)}
    for part in ("key", "value"):
        if (kind := getattr(options, f"{part}_deserializer")) is not None:
            properties.setdefault(f"{part}.deserializer", kind)
    if options.json:
        if properties or options.formatter:
            raise CommandError("--json shows all of a record; it goes without properties")
        return JsonFormatter()
    if options.formatter is not None:
        name = options.formatter.rpartition(".")[2]
        if name not in _FORMATTERS:
            known = ", ".join(_FORMATTERS)
            raise CommandError(f"--formatter {options.formatter} is not supported, only {known}")
        if name == "NoOpMessageFormatter":
            return NoFormatter()
    return Formatter.from_properties(properties)


def _given(options: argparse.Namespace) -> list[str]:
    """The client properties of the command line; flags win."""
    found = [*options.consumer_property]
    if options.isolation_level is not None:
        found.append(f"isolation.level={options.isolation_level}")
    return found


def _settings(options: argparse.Namespace) -> ConsumerSettings:
    properties = client_properties(options, _given(options), PROPERTIES)
    named = {
        "--group": options.group,
        "client properties": pairs(options.consumer_property).get("group.id"),
        "--command-config": properties_of_file(options.command_config).get("group.id"),
    }
    groups = {group for group in named.values() if group is not None}
    if len(groups) > 1:
        raise CommandError(f"the groups {', '.join(sorted(groups))} are named at the same time")
    if groups and options.partition is not None:
        raise CommandError("--partition goes without a group")
    reset = properties.setdefault(
        "auto.offset.reset", "earliest" if options.from_beginning else "latest"
    )
    if options.from_beginning and reset != "earliest":
        raise CommandError(f"--from-beginning cannot be used with auto.offset.reset={reset}")
    if groups:
        properties["group.id"] = groups.pop()
    return ConsumerSettings.of(properties)


def _start(consumer: Consumer, options: argparse.Namespace, settings: ConsumerSettings) -> None:
    if options.partition is not None:
        consumer.read_partition(TopicPartition(options.topic, options.partition), _offset(options))
        return
    choice = None
    names = () if options.topic is None else (options.topic,)
    if options.include is not None:
        try:
            choice = re.compile(options.include).fullmatch
        except re.error as error:
            reason = f"--include {options.include} is no regular expression: {error}"
            raise CommandError(reason) from None
    if settings.group is None:
        consumer.read_all(names, choice)
    else:
        consumer.subscribe(names, choice)


def _offset(options: argparse.Namespace) -> int:
    text = options.offset or ("earliest" if options.from_beginning else "latest")
    known = {"earliest": EARLIEST, "latest": LATEST}
    if text.lower() in known:
        return known[text.lower()]
    if not text.isdecimal():
        raise CommandError(f"--offset {text} is neither a number nor earliest nor latest")
    return int(text)


def _print_all(
    consumer: Consumer,
    options: argparse.Namespace,
    formatter: RecordFormatter,
    tally: Tally,
    stop: StopSignals,
) -> None:
    out = sys.stdout.buffer
    wanted = options.max_messages if options.max_messages != -1 else None
    patience_s = None
    if options.timeout_ms is not None and options.timeout_ms >= 0:
        patience_s = options.timeout_ms / 1000
    last_record_s = time.monotonic()
    with progress(total=wanted, unit=" records", quiet=sys.stdout.isatty()) as bar:
        while not stop.is_asked and (wanted is None or tally.records < wanted):
            wait_s = _POLL_S
            if patience_s is not None:
                wait_s = min(wait_s, last_record_s + patience_s - time.monotonic())
            limit = None if wanted is None else wanted - tally.records
            batches = consumer.poll(max(0.0, wait_s), limit)
            for batch in batches:
                # Counted before it is written: who leaves out a record has read it.
                tally.records += len(batch.records)
                out.write(b"".join(_lines(formatter, batch, options)))
                bar.update(len(batch.records))
            if batches:
                out.flush()
                last_record_s = time.monotonic()
            elif patience_s is not None and time.monotonic() - last_record_s >= patience_s:
                return


def _lines(formatter: RecordFormatter, batch: Polled, options: argparse.Namespace) -> list[bytes]:
    found = []
    for record in batch.records:
        try:
            found.append(formatter.line(batch, record))
        except CommandError as error:
            if not options.skip_message_on_error:
                sys.stdout.buffer.write(b"".join(found))
                raise
            complain(f"{batch.at} offset {record.offset} is left out: {error}")
    return found

"""`wirekafka producer-perf-test`: how fast records get in, as kafka-producer-perf-test.sh measures.

Differs from Kafka's tool: --print-metrics prints what this producer counts, which is less than
Java's; random payloads are not the same bytes.
Source: `org.apache.kafka.tools.ProducerPerformance` and its output in 4.3.1.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.output import CommandError, note, print_json, progress
from wirekafka.cli.perf_statistics import Statistics
from wirekafka.cli.wire.batch import Batch, Refusal
from wirekafka.cli.wire.cluster import client_properties, open_cluster
from wirekafka.cli.wire.producer import Producer
from wirekafka.cli.wire.producer_settings import PROPERTIES, ProducerSettings

if TYPE_CHECKING:
    import argparse

SUMMARY = "measure how fast records are produced"

_LETTERS = bytes(65 + number % 26 for number in range(256))  # random bytes become A to Z
_TRANSACTION_MS = 3000
_RECORDS_PER_STEP = 1000  # between two looks at the progress bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json."""
    add_connection_arguments(parser, "--command-config", "--producer.config")
    parser.add_argument("--topic", required=True, help="where the records go")
    parser.add_argument("--num-records", required=True, type=int, help="how many records")
    payload = parser.add_mutually_exclusive_group(required=True)
    payload.add_argument("--record-size", type=int, metavar="BYTES", help="random letters")
    payload.add_argument("--payload-file", metavar="FILE", help="random lines of a UTF-8 file")
    payload.add_argument("--payload-monotonic", action="store_true", help="the numbers 0, 1, 2, …")
    parser.add_argument(
        "--payload-delimiter", default="\\n", help="what separates the payloads of --payload-file"
    )
    parser.add_argument(
        "--throughput", required=True, type=float, metavar="RECORDS/S",
        help="not more records per second than about so many; -1: as many as possible",
    )  # fmt: skip
    parser.add_argument(
        "--producer-props", "--command-property", dest="properties", nargs="+", default=[],
        action="extend", metavar="NAME=VALUE", help="client properties",
    )  # fmt: skip
    parser.add_argument("--print-metrics", action="store_true", help="print metrics at the end")
    parser.add_argument(
        "--transactional-id", metavar="ID",
        help="produce in transactions (default with --transaction-duration-ms: a random id)",
    )  # fmt: skip
    parser.add_argument(
        "--transaction-duration-ms", type=int, metavar="MS",
        help=f"commit after so long (default with an id: {_TRANSACTION_MS})",
    )  # fmt: skip
    parser.add_argument(
        "--warmup-records", type=int, default=0, metavar="N",
        help="leave the first records out of a second summary (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--reporting-interval", type=int, default=5000, metavar="MS",
        help="how often to print a line (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="write JSON at the end, no lines")


def run(options: argparse.Namespace) -> int:
    """Produce and print the figures."""
    _validate(options)
    given = client_properties(options, options.properties, PROPERTIES)
    if options.transactional_id is not None:
        given["transactional.id"] = options.transactional_id
    elif options.transaction_duration_ms is not None and "transactional.id" not in given:
        given["transactional.id"] = f"performance-producer-{uuid.uuid4()}"
    settings = ProducerSettings.of(given)
    payload = _payloads(options)
    with open_cluster(options, client_id="perf-producer-client", known=PROPERTIES) as cluster:
        measured = _Measured(options)
        producer = Producer(cluster, settings, measured.done)
        try:
            if options.warmup_records and not options.json:
                print(
                    f"Warmup first {options.warmup_records} records. Steady state results will "
                    "print after the complete test summary."
                )
            _produce(producer, settings, options, payload)
        finally:
            producer.close()
    measured.print_results()
    if measured.refused:
        raise CommandError(f"{measured.refused} records were refused: {measured.reason}")
    return 0


class _Measured:
    """The statistics of a run; records of the warm-up are in the first one only."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.refused = 0
        self.reason: str | None = None
        self._options = options
        interval = None if options.json else options.reporting_interval
        self._all = Statistics(
            options.num_records, interval_ms=None if options.warmup_records else interval
        )
        self._steady: Statistics | None = None
        self._interval = interval

    def done(self, batch: Batch, base_offset: int, refusal: Refusal | None) -> None:
        """Count a batch that was acknowledged or refused."""
        if refusal is not None:
            if self.reason is None:
                note(f"{batch.at}: {refusal.message}")
            self.reason = refusal.message
            self.refused += len(batch.records)
            return
        now_ms = int(time.time() * 1000)
        sizes = [len(record.value or b"") for record in batch.records]
        sent_ms = batch.sent_ms
        warmup_left = max(0, self._options.warmup_records - self._all.count)
        self._all.record(sent_ms, sum(sizes), now_ms)
        if not self._options.warmup_records or warmup_left >= len(sizes):
            return
        if self._steady is None:
            if not self._options.json:
                print("In steady state.", flush=True)
            steady_records = self._options.num_records - self._options.warmup_records
            self._steady = Statistics(
                steady_records, label=" steady state", interval_ms=self._interval
            )
        self._steady.record(sent_ms[warmup_left:], sum(sizes[warmup_left:]), now_ms)

    def print_results(self) -> None:
        """The summaries."""
        if self._options.json:
            document: dict[str, object] = {**self._all.document(), "refused": self.refused}
            if self._steady is not None:
                document["steady_state"] = self._steady.document()
            print_json(document)
            return
        print(self._all.summary())
        if self._steady is not None:
            print(self._steady.summary())
        if self._options.print_metrics:
            print(f"\n{'Metric Name':<45} Value")
            for name, value in self._all.document().items():
                print(f"{f'wirekafka-producer:{name}':<44}: {value:.3f}")


def _produce(
    producer: Producer,
    settings: ProducerSettings,
    options: argparse.Namespace,
    payload: Callable[[int], bytes],
) -> None:
    transaction_ms: int | None = None
    if settings.transactional_id is not None:
        transaction_ms = options.transaction_duration_ms or _TRANSACTION_MS
    started_s = time.monotonic()
    transaction_started_ms = int(time.time() * 1000)
    per_record_s = 1 / options.throughput if options.throughput > 0 else 0.0
    with progress(total=options.num_records, unit="record", quiet=options.json) as bar:
        for number in range(options.num_records):
            now_ms = int(time.time() * 1000)
            producer.send(options.topic, payload(number), now_ms=now_ms)
            if transaction_ms is not None and now_ms - transaction_started_ms >= transaction_ms:
                producer.commit_transaction()
                transaction_started_ms = int(time.time() * 1000)
            if per_record_s:
                ahead_s = started_s + (number + 1) * per_record_s - time.monotonic()
                if ahead_s > 0:
                    producer.poll(ahead_s)
            if number % _RECORDS_PER_STEP == _RECORDS_PER_STEP - 1:
                bar.update(_RECORDS_PER_STEP)
        producer.flush()
        if transaction_ms is not None:
            producer.commit_transaction()


def _payloads(options: argparse.Namespace) -> Callable[[int], bytes]:
    """The value of the record of a number."""
    if options.payload_monotonic:
        return lambda number: b"%d" % number
    if options.record_size is not None:
        size = options.record_size
        return lambda number: random.randbytes(size).translate(_LETTERS)
    path = Path(options.payload_file)
    quiet = options.json
    if not quiet:
        print(f"Reading payloads from: {path.absolute()}")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    if not text:
        raise CommandError("File does not exist or empty file provided.")
    delimiter = options.payload_delimiter.replace("\\n", "\n").replace("\\t", "\t")
    values = [part.encode() for part in text.removesuffix(delimiter).split(delimiter)]
    if not quiet:
        print(f"Number of records read: {len(values)}")
    return lambda number: random.choice(values)


def _validate(options: argparse.Namespace) -> None:
    for name in ("num_records", "record_size", "transaction_duration_ms", "reporting_interval"):
        value = getattr(options, name)
        if value is not None and value <= 0:
            raise CommandError(f"--{name.replace('_', '-')} should be greater than zero.")
    if options.throughput == 0:
        raise CommandError("--throughput of 0 would send nothing; -1 is no limit.")
    if options.warmup_records >= options.num_records:
        raise CommandError(
            "The value for --warmup-records must be strictly fewer than the number of records in "
            "the test, --num-records."
        )

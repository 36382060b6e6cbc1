"""`wirekafka verifiable-producer`: numbers as records and an event in JSON for each of them.

What kafka-verifiable-producer.sh prints: a line per event, so that another program can check which
records were acknowledged. Nothing is sent twice: a record whose answer is lost with the broker is
an error, those that wait are sent when it is back, or are errors after delivery.timeout.ms.

Differs from Kafka: its client forgets where the topic is after a while without brokers, and then
`send` itself waits for max.block.ms; here records wait in their batches.
Source: the output of `VerifiableProducer` in 4.3.1.
"""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING

from wirekafka.cli.clients import add_connection_arguments
from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.batch import Batch, Refusal
from wirekafka.cli.wire.cluster import client_properties, open_cluster
from wirekafka.cli.wire.producer import Producer
from wirekafka.cli.wire.producer_settings import PROPERTIES, ProducerSettings

if TYPE_CHECKING:
    import argparse

SUMMARY = "produce numbers and print an event for each acknowledgement"

_IDLE_S = 0.002


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Kafka's flags, and --json, which is how it prints anyway."""
    add_connection_arguments(parser, "--command-config", "--producer.config")
    parser.add_argument("--topic", required=True, help="where the records go")
    parser.add_argument(
        "--max-messages", type=int, default=-1, metavar="N",
        help="how many records; -1: until stopped (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--throughput", type=float, default=-1, metavar="RECORDS/S",
        help="not more than about so many per second; -1: no limit (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--acks", type=int, default=-1, choices=(-1, 0, 1), help="acknowledgements wanted"
    )
    parser.add_argument(
        "--message-create-time", type=int, default=-1, metavar="MS",
        help="timestamp of the first record, then one more each; -1: now (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--value-prefix", type=int, help="a number and a dot before each value")
    parser.add_argument(
        "--repeating-keys", type=int, metavar="N", help="keys 0 to N - 1, again and again"
    )
    parser.add_argument("--json", action="store_true", help="nothing else is printed anyway")


def run(options: argparse.Namespace) -> int:
    """Produce until there are enough, or until told to stop."""
    if options.repeating_keys is not None and options.repeating_keys <= 0:
        raise CommandError("--repeating-keys should be greater than zero.")
    given = client_properties(options, [f"acks={options.acks}", "retries=0"], PROPERTIES)
    stopping = [False]

    def stop(number: int, frame: object) -> None:
        stopping[0] = True

    before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        with open_cluster(options, client_id="producer-1", known=PROPERTIES) as cluster:
            events = _Events()
            producer = Producer(cluster, ProducerSettings.of(given), events.done)
            try:
                _event("startup_complete")
                sent = _produce(producer, options, stopping)
                producer.flush()
            finally:
                producer.close()
        _event("shutdown_complete")
        elapsed_s = max(time.monotonic() - events.started_s, 0.001)
        _event(
            "tool_data", sent=sent, acked=events.acked,
            target_throughput=int(options.throughput),
            avg_throughput=1000.0 * events.acked / (1000 * elapsed_s),
        )  # fmt: skip
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    return 0  # as Java's tool: who reads the events knows what was not acknowledged


class _Events:
    """Prints what became of the records."""

    def __init__(self) -> None:
        self.acked = 0
        self.started_s = time.monotonic()

    def done(self, batch: Batch, base_offset: int, reason: Refusal | None) -> None:
        """A line for each record of the batch."""
        for record in batch.records:
            key = None if record.key is None else record.key.decode()
            value = None if record.value is None else record.value.decode()
            if reason is not None:
                _event(
                    "producer_send_error", topic=batch.at.topic, key=key, value=value,
                    exception=f"class {reason.exception}", message=reason.message,
                )  # fmt: skip
                continue
            self.acked += 1
            _event(
                "producer_send_success", key=key, value=value,
                offset=base_offset + record.offset if base_offset >= 0 else -1,
                topic=batch.at.topic, partition=batch.at.partition,
            )  # fmt: skip


def _produce(producer: Producer, options: argparse.Namespace, stopping: list[bool]) -> int:
    started_s = time.monotonic()
    number = 0
    while not stopping[0] and number != options.max_messages:
        now_ms = int(time.time() * 1000)
        if options.message_create_time >= 0:
            now_ms = options.message_create_time + number
        value = b"%d" % number
        if options.value_prefix is not None:
            value = b"%d.%d" % (options.value_prefix, number)
        key = None
        if options.repeating_keys is not None:
            key = b"%d" % (number % options.repeating_keys)
        producer.send(options.topic, value, key=key, now_ms=now_ms)
        number += 1
        if options.throughput > 0:
            ahead_s = started_s + number / options.throughput - time.monotonic()
            while ahead_s > 0 and not stopping[0]:
                producer.poll(min(ahead_s, _IDLE_S))
                ahead_s = started_s + number / options.throughput - time.monotonic()
    return number


def _event(name: str, **details: object) -> None:
    document = {"timestamp": int(time.time() * 1000), "name": name, **details}
    print(json.dumps(document, separators=(",", ":"), ensure_ascii=False), flush=True)

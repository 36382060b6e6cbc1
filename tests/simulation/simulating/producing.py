"""A process that produces numbered records as fast as the broker takes them, and keeps the acks.

One idempotent librdkafka producer per compression ("lane"), each numbering its records per
partition from 0. SIGTERM lets it wait for what is in flight and exit 0; exit 1 names a record that
librdkafka gave up. Usage: python -m simulating.producing ADDRESS TOPIC PARTITIONS JOURNAL
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException, Producer
from simulating.journal import Journal, Row

LANES = ("none", "gzip", "snappy", "lz4", "zstd")
IN_FLIGHT_RECORDS = 4_000
BURST = 50
FLUSH_LIMIT_S = 60
PADDING = b"abcdefgh" * 12


def main(address: str, topic: str, partitions: int, journal_path: Path) -> int:
    journal = Journal(journal_path)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    rows: list[Row] = []
    failures: list[str] = []
    producers = [_producer(address, compression) for compression in LANES]

    def delivered(error: Any, message: Any) -> None:
        if error is not None:
            failures.append(str(error))
            return
        lane, number = parse_key(message.key())
        rows.append(Row(lane, message.partition(), number, message.offset()))

    numbers = [[0] * partitions for _ in LANES]
    while not stopping and not failures:
        for lane, producer in enumerate(producers):
            for partition in range(partitions):
                _burst(producer, topic, lane, partition, numbers, delivered)
            producer.poll(0)
        if rows:
            journal.write(rows)
            rows.clear()
    left = sum(producer.flush(FLUSH_LIMIT_S) for producer in producers)
    journal.write(rows)
    if left or failures:
        sys.stderr.write(f"{left} records not delivered, failures: {failures[:3]}\n")
        return 1
    return 0


def parse_key(key: bytes) -> tuple[int, int]:
    """Lane and number of a record."""
    lane, _, number = key.partition(b":")
    return int(lane), int(number)


def _producer(address: str, compression: str) -> Producer:
    return Producer(
        {
            "bootstrap.servers": address,
            "enable.idempotence": True,
            "acks": "all",
            "compression.type": compression,
            "linger.ms": 2,
            "batch.num.messages": 200,
            "queue.buffering.max.messages": IN_FLIGHT_RECORDS,
            "message.timeout.ms": 300_000,
            "reconnect.backoff.ms": 20,
            "reconnect.backoff.max.ms": 200,
            "retry.backoff.ms": 20,
            "log_level": 0,
        }
    )


def _burst(
    producer: Producer,
    topic: str,
    lane: int,
    partition: int,
    numbers: list[list[int]],
    delivered: Any,
) -> None:
    for _ in range(BURST):
        number = numbers[lane][partition]
        key = b"%d:%d" % (lane, number)
        value = PADDING[: 8 + number % 89]
        try:
            producer.produce(topic, value, key, partition, delivered)
        except BufferError:
            producer.poll(0.01)
            return
        except KafkaException as error:
            delivered(error, None)
            return
        numbers[lane][partition] = number + 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])))

"""A process that is one member of a consumer group: consumes, commits, keeps what it was told.

Every partition must have a committed offset before it starts. SIGTERM lets it leave and exit 0;
exit 1 says that the broker does not know an offset any more that it had given out.
Usage: python -m simulating.consuming ADDRESS TOPIC GROUP JOURNAL
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from simulating.journal import COMMITTED, CONSUMED, Journal, Row

BATCH = 500


def main(address: str, topic: str, group: str, journal_path: Path) -> int:
    journal = Journal(journal_path)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    consumer = Consumer(
        {
            "bootstrap.servers": address,
            "group.id": group,
            "session.timeout.ms": 6_000,
            "heartbeat.interval.ms": 500,
            "enable.auto.commit": False,
            # An offset beyond the end would mean that the broker lost what it had shown.
            "auto.offset.reset": "error",
            "reconnect.backoff.ms": 20,
            "reconnect.backoff.max.ms": 200,
            "fetch.wait.max.ms": 100,
            "log_level": 0,
        }
    )
    consumer.subscribe([topic])
    while not stopping:
        ends: dict[int, int] = {}
        for message in consumer.consume(BATCH, 0.2):
            error = message.error()
            if error is None:
                ends[message.partition()] = message.offset() + 1
            elif error.code() in (KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET):
                sys.stderr.write(f"{topic} {message.partition()}: {error}\n")
                return 1
        if ends:
            journal.write([Row(CONSUMED, number, -1, end) for number, end in ends.items()])
            _commit(consumer, topic, ends, journal)
    consumer.close()
    return 0


def _commit(consumer: Consumer, topic: str, ends: dict[int, int], journal: Journal) -> None:
    places = [TopicPartition(topic, number, end) for number, end in ends.items()]
    try:
        done = consumer.commit(offsets=places, asynchronous=False)
    except KafkaException:
        return  # not acknowledged: nothing was promised
    journal.write(
        [Row(COMMITTED, place.partition, -1, place.offset) for place in done if not place.error]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])))

"""The loop with confluent-kafka: librdkafka speaks the first protocol of transactions (KIP-98).

Usage: python -m simulating.transactions.confluent_loop ADDRESS CLIENT LIFE JOURNAL
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition
from simulating.transactions.events import Journal
from simulating.transactions.looping import (
    ABORTED_SHARE,
    CALL_LIMIT_S,
    GROUP,
    IN_DOUBT,
    MOST_RECORDS,
    SESSION_TIMEOUT_MS,
    SOURCE,
    TRANSACTION_TIMEOUT_MS,
    copies,
)

QUICK = {
    "reconnect.backoff.ms": 20,
    "reconnect.backoff.max.ms": 200,
    # With its default, rebootstrap, librdkafka 2.16 may keep a handle of a broker that it has given
    # up, and then never sends the TxnOffsetCommit that it has announced.
    "metadata.recovery.strategy": "none",
    "log_level": 1,
}
RETRIES = 20


class Loop:
    """One life of a client."""

    def __init__(self, address: str, client: str, life: str, journal: Path) -> None:
        self._journal = Journal(journal, client, life)
        self._rng = random.Random(f"{client}.{life}")
        self._producer = Producer(
            {
                "bootstrap.servers": address,
                "transactional.id": client,
                "transaction.timeout.ms": TRANSACTION_TIMEOUT_MS,
                "linger.ms": 1,
                **QUICK,
            }
        )
        self._consumer = Consumer(
            {
                "bootstrap.servers": address,
                "group.id": GROUP,
                "session.timeout.ms": SESSION_TIMEOUT_MS,
                "heartbeat.interval.ms": 300,
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 100,
                **QUICK,
            }
        )
        self._membership: Any = None

    def run(self) -> None:
        """Forever; KafkaException when it has to start again."""
        _retrying(lambda: self._producer.init_transactions(CALL_LIMIT_S))

        # The generation of the assignment that records were read in. Asked for any later, it may
        # be one in which the partitions are another member's, or none at all.
        def assigned(consumer: Consumer, _: list[TopicPartition]) -> None:
            self._membership = consumer.consumer_group_metadata()

        self._consumer.subscribe([SOURCE], on_assign=assigned, on_revoke=lambda *_: None)
        while True:
            messages = self._consumer.consume(self._rng.randint(1, MOST_RECORDS), 0.1)
            messages = [message for message in messages if message.error() is None]
            if not messages:
                continue
            try:
                aborted = self._transact(messages)
            except KafkaException as error:
                if not error.args[0].txn_requires_abort():
                    self._journal.write("unknown", error=str(error))
                    raise
                self._abort()
                aborted = True
            if aborted:
                self._rewind()

    def _transact(self, messages: list[Message]) -> bool:
        """Whether it was aborted, by choice."""
        journal, producer = self._journal, self._producer
        ends = {message.partition(): message.offset() + 1 for message in messages}
        records = [
            copy
            for message in messages
            for copy in copies(message.partition(), message.value().decode())
        ]
        journal.begin()
        producer.begin_transaction()
        journal.produce(records)
        for topic, partition, value in records:
            producer.produce(topic, value, journal.transaction, partition)
        journal.offsets(ends)
        places = [TopicPartition(SOURCE, partition, end) for partition, end in ends.items()]
        membership = self._membership
        _retrying(lambda: producer.send_offsets_to_transaction(places, membership, CALL_LIMIT_S))
        if self._rng.random() < ABORTED_SHARE:
            self._abort()
            return True
        journal.write("committing")
        _retrying(lambda: producer.commit_transaction(CALL_LIMIT_S))
        journal.write("committed")
        return False

    def _abort(self) -> None:
        self._journal.write("aborting")
        _retrying(lambda: self._producer.abort_transaction(CALL_LIMIT_S))
        self._journal.write("aborted")

    def _rewind(self) -> None:
        """Back to what is committed."""
        places = self._consumer.assignment()
        for place in self._consumer.committed(places, CALL_LIMIT_S) if places else []:
            place.offset = max(place.offset, 0)
            self._consumer.seek(place)


def _retrying(call: Callable[[], None]) -> None:
    for attempt in range(RETRIES):
        try:
            call()
        except KafkaException as error:
            if not error.args[0].retriable() or attempt == RETRIES - 1:
                raise
        else:
            return


if __name__ == "__main__":
    try:
        Loop(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])).run()
    except KafkaException as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(IN_DOUBT)

"""Producers with a transactional id: their producer id, epochs and transactions outlive the
broker."""

from __future__ import annotations

import json
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from wirekafka.cli.main import main
from wirekafka.coordinator.java_hash import partition_for

WAIT_SECONDS = 20
TRANSACTIONAL_ID = "golden-a"


def init(broker: Any) -> None:
    settings = {"bootstrap.servers": broker.bootstrap, "transactional.id": TRANSACTIONAL_ID}
    Producer(settings).init_transactions(WAIT_SECONDS)


def read_committed(broker: Any, topic: str, count: int) -> list[bytes | None]:
    """The values of the first `count` messages of partition 0, and all that come with them."""
    settings = {
        "bootstrap.servers": broker.bootstrap,
        "group.id": "reader",
        "isolation.level": "read_committed",
    }
    consumer = Consumer(settings)
    consumer.assign([TopicPartition(topic, 0, 0)])
    found: list[bytes | None] = []
    while len(found) < count:
        messages = consumer.consume(100, WAIT_SECONDS)
        assert messages, found
        assert not any(message.error() for message in messages)
        found += [message.value() for message in messages]
    consumer.close()
    return found


def test_an_open_transaction_goes_on_after_a_crash(start_broker: Any) -> None:
    broker = start_broker()
    settings = {"bootstrap.servers": broker.bootstrap, "transactional.id": TRANSACTIONAL_ID}
    producer = Producer(settings)
    producer.init_transactions(WAIT_SECONDS)
    producer.begin_transaction()
    producer.produce("t", b"gone", partition=0)
    producer.flush(WAIT_SECONDS)
    producer.abort_transaction(WAIT_SECONDS)
    producer.begin_transaction()
    producer.produce("t", b"before", partition=0)
    assert producer.flush(WAIT_SECONDS) == 0
    broker.kill()
    broker.start()
    producer.produce("t", b"after", partition=0)
    producer.commit_transaction(WAIT_SECONDS)
    assert read_committed(broker, "t", 2) == [b"before", b"after"]
    broker.stop()


def test_a_transactional_id_keeps_its_producer_id_over_crash_and_stop(
    start_broker: Any, capsys: Any
) -> None:
    broker = start_broker()
    init(broker)
    init(broker)
    broker.kill()
    broker.start()
    init(broker)
    assert broker.stop() == 0
    broker.start()
    init(broker)
    broker.stop()

    number = partition_for(TRANSACTIONAL_ID, 50)
    path = broker.data_dir / f"__transaction_state-{number}" / f"{0:020d}.log"
    command = ["dump-log", "--files", str(path), "--json", "--transaction-log-decoder"]
    assert main(command) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    values = [row["payload"]["data"] for row in rows if row["type"] == "record"]
    assert [value["producerEpoch"] for value in values] == [0, 1, 2, 3]
    assert {value["producerId"] for value in values} == {0}


def test_the_log_says_why_there_is_no_transaction_coordinator(start_broker: Any) -> None:
    """Clients wait for a coordinator without an end; Kafka warns in its log, too."""
    broker = start_broker("transaction.state.log.segment.bytes=20000")
    settings = {"bootstrap.servers": broker.bootstrap, "transactional.id": TRANSACTIONAL_ID}
    with pytest.raises(KafkaException):
        Producer({**settings, "log_level": 0}).init_transactions(1)
    assert "topic not created topic=__transaction_state" in broker.log()
    assert "Value must be at least 1048576" in broker.log()

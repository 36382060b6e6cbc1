"""A disk that refuses while the broker runs: who notices, what goes on, and what a restart finds.

The disk runs full by a limit on the size of files (setrlimit), put on the running broker: a write
that crosses it is cut short and the next one fails, as on a full disk. Unlike permissions it also
holds for root.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

if sys.platform != "linux":
    pytest.skip("the limit of another process is Linux's", allow_module_level=True)

import resource

WAIT_SECONDS = 20
TOPIC = "full"
LIMIT_BYTES = 1 << 20
RECORD = b"x" * 10_000


def limit_files(broker: Any, size_bytes: int = LIMIT_BYTES) -> None:
    """From now on no file of the broker grows beyond this."""
    resource.prlimit(broker.pid, resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))


def create_topic(broker: Any, partitions: int) -> None:
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    admin.create_topics([NewTopic(TOPIC, partitions, 1)])[TOPIC].result(WAIT_SECONDS)


def produce(broker: Any, partition: int, count: int, **settings: Any) -> tuple[set[int], set[int]]:
    """Numbers that were acknowledged, and the error codes of the others."""
    acknowledged: set[int] = set()
    codes: set[int] = set()

    def delivered(error: Any, message: Any) -> None:
        if error is None:
            acknowledged.add(int(message.key()))
        else:
            codes.add(error.code())

    producer = Producer(
        {
            "bootstrap.servers": broker.bootstrap,
            "log_level": 0,
            "message.timeout.ms": 3_000,
            "linger.ms": 0,
        }
        | settings
    )
    for number in range(count):
        producer.produce(TOPIC, RECORD, b"%d" % number, partition, delivered)
        producer.poll(0)
    assert producer.flush(WAIT_SECONDS) == 0
    return acknowledged, codes


def keys_of(broker: Any, partition: int) -> list[int]:
    consumer = Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "log_level": 0,
            "group.id": "reader",
            "enable.partition.eof": True,
            "enable.auto.commit": False,
        }
    )
    consumer.assign([TopicPartition(TOPIC, partition, 0)])
    found = []
    while True:
        (message,) = consumer.consume(1, WAIT_SECONDS)
        if message.error() is not None:
            consumer.close()
            return found
        found.append(int(message.key()))


def errors_of(broker: Any) -> list[str]:
    return [line for line in broker.log().splitlines() if "] ERROR " in line]


@pytest.mark.parametrize("idempotent", [False, True])
def test_a_full_disk_in_the_middle_of_a_produce_loses_nothing_acknowledged(
    start_broker: Any, tmp_path: Path, idempotent: bool
) -> None:
    second = tmp_path / "second"
    broker = start_broker(f"log.dirs={tmp_path / 'first'},{second}")
    create_topic(broker, 2)
    limit_files(broker)
    settings = {"enable.idempotence": idempotent}
    acknowledged, codes = produce(broker, 1, 300, **settings)
    assert 0 < len(acknowledged) < 300
    assert codes  # those that were not taken have failed, not vanished
    broker.kill()
    broker.start()
    found = keys_of(broker, 1)
    assert acknowledged <= set(found)
    if idempotent:
        assert len(found) == len(set(found))
    again, codes = produce(broker, 1, 10, **settings)
    assert (len(again), codes) == (10, set())


def test_a_failed_directory_takes_its_partitions_along_and_no_others(
    start_broker: Any, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    broker = start_broker(f"log.dirs={tmp_path / 'first'},{second}")
    create_topic(broker, 4)
    for partition in range(4):
        assert len(produce(broker, partition, 3)[0]) == 3
    in_second = sorted(int(path.name.rpartition("-")[2]) for path in second.glob(f"{TOPIC}-*"))
    in_first = sorted({0, 1, 2, 3} - set(in_second))
    assert len(in_second) == 2
    limit_files(broker)
    _, codes = produce(broker, in_second[0], 200)
    assert codes
    _, codes = produce(broker, in_second[1], 1, **{"message.send.max.retries": 0})
    assert codes == {KafkaError.KAFKA_STORAGE_ERROR}
    for partition in in_first:
        assert len(produce(broker, partition, 3)[0]) == 3
        assert len(keys_of(broker, partition)) == 6
    errors = errors_of(broker)
    assert len(errors) == 1, errors
    assert str(second) in errors[0]
    assert broker.stop() == 0
    broker.start()
    for partition in range(4):
        assert len(keys_of(broker, partition)) >= 3
        assert len(produce(broker, partition, 3)[0]) == 3
    assert "log repaired" in broker.log()


def test_consumers_of_a_failed_directory_are_told(start_broker: Any, tmp_path: Path) -> None:
    second = tmp_path / "second"
    broker = start_broker(f"log.dirs={tmp_path / 'first'},{second}")
    create_topic(broker, 2)
    for partition in range(2):
        produce(broker, partition, 1)
    consumer = Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "log_level": 0,
            "group.id": "told",
            "enable.auto.commit": False,
        }
    )
    consumer.assign([TopicPartition(TOPIC, partition, 0) for partition in range(2)])
    assert len(consumer.consume(2, WAIT_SECONDS)) == 2
    limit_files(broker)
    (lost,) = (int(path.name.rpartition("-")[2]) for path in second.glob(f"{TOPIC}-*"))
    produce(broker, lost, 200)
    produce(broker, 1 - lost, 1)
    seen = 0
    for _ in range(300):
        message = consumer.poll(WAIT_SECONDS)
        assert message is not None
        if message.error() is None and message.partition() == 1 - lost:
            seen += 1
            break
    assert seen == 1, "the other directory's partition is consumed on"
    with pytest.raises(KafkaException) as failure:
        consumer.get_watermark_offsets(TopicPartition(TOPIC, lost), 2, cached=False)
    assert failure.value.args[0].code() in (
        KafkaError.KAFKA_STORAGE_ERROR,
        KafkaError._TIMED_OUT,
    )
    consumer.close()


def test_offsets_on_a_failed_directory_fail_without_a_storm(
    start_broker: Any, tmp_path: Path
) -> None:
    """The coordinator cannot write: commits fail, the log stays short, a restart knows the old."""
    broker = start_broker(
        f"log.dirs={tmp_path / 'first'},{tmp_path / 'second'}", "offsets.topic.num.partitions=1"
    )
    create_topic(broker, 1)
    consumer = Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "log_level": 0,
            "group.id": "g",
            "enable.auto.commit": False,
        }
    )
    place = TopicPartition(TOPIC, 0, 5, "m" * 4_000)
    for _ in range(400):
        consumer.commit(offsets=[place], asynchronous=False)
    (offsets,) = tmp_path.glob("*/__consumer_offsets-0/*.log")
    limit_files(broker, offsets.stat().st_size + 10)
    place.offset = 6
    with pytest.raises(KafkaException):
        consumer.commit(offsets=[place], asynchronous=False)
    consumer.close()
    assert len(broker.log().splitlines()) < 100
    assert broker.stop() == 0
    broker.start()
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "log_level": 0, "group.id": "g"})
    (found,) = consumer.committed([TopicPartition(TOPIC, 0)], WAIT_SECONDS)
    consumer.close()
    assert found.offset == 5


def test_a_full_disk_under_the_metadata_stops_the_broker_cleanly(start_broker: Any) -> None:
    """As in Kafka, a broker without its metadata does not go on; a restart finds all of it."""
    broker = start_broker()
    create_topic(broker, 1)
    assert len(produce(broker, 0, 3)[0]) == 3
    (journal,) = broker.data_dir.glob("*.sqlite-wal")
    limit_files(broker, journal.stat().st_size)
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    with pytest.raises(KafkaException):
        admin.create_topics([NewTopic("another", 1, 1)], request_timeout=3)["another"].result(
            WAIT_SECONDS
        )
    broker.process.communicate(timeout=WAIT_SECONDS)
    assert broker.process.returncode == 1
    (error,) = errors_of(broker)
    assert "metadata lost" in error
    broker.start()
    assert TOPIC in admin.list_topics(timeout=WAIT_SECONDS).topics
    assert keys_of(broker, 0) == [0, 1, 2]
    assert len(produce(broker, 0, 3)[0]) == 3

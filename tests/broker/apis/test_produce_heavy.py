"""Produce of batches that are checked beside the loop: when they are appended, where, and what a
client hears when the world has changed meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnTopic,
)
from wirekafka_protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from wirekafka_protocol.records.batch import HEADER_BYTES, TRANSACTIONAL_BIT, iter_batches
from wirekafka_protocol.records.compression import Compression
from wirekafka_protocol.records.record import read_records

from wirekafka.apis.heavy_batches import (
    LIGHT_BYTES,
    LIGHT_PACKED_BYTES,
    LIGHT_PLAIN_RECORDS,
    LIGHT_RECORDS,
    is_heavy,
    is_large,
)
from wirekafka.apis.transaction_partitions import is_open
from wirekafka.coordinator.machine import ProducerStamp

BatchMaker = Callable[..., bytes]
MANY = [b"%d" % number for number in range(LIGHT_RECORDS + 1)]


class Waiting:
    """Workers that work when they are told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []

    def run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self.asked.append((work, done))

    def work(self) -> None:
        asked, self.asked = self.asked, []
        for work, done in asked:
            done(work())

    def close(self) -> None:
        pass


@pytest.fixture
def workers(room: Any) -> Waiting:
    room.workers = Waiting()
    room.wake_soon = room.partitions.wake
    return room.workers


def produce(*batches: tuple[str, bytes], acks: int = -1) -> ProduceRequest:
    return ProduceRequest(
        acks=acks,
        topic_data=[
            TopicProduceData(
                name, name.encode().ljust(16, b"-"), [PartitionProduceData(0, records)]
            )
            for name, records in batches
        ],
    )


def row(answer: Any) -> Any:
    return answer.responses[0].partition_responses[0]


def values(room: Any, topic: str = "a") -> list[bytes | None]:
    return [
        record.value
        for _, batch in iter_batches(room.log_bytes(topic))
        for record in read_records(batch)
    ]


@pytest.mark.parametrize(
    ("compression", "count", "wanted", "heavy"),
    [
        (Compression.NONE, len(MANY), "producer", False),
        (Compression.NONE, len(MANY), "uncompressed", False),
        (Compression.NONE, len(MANY), "zstd", True),
        (Compression.ZSTD, len(MANY), "producer", True),
        (Compression.ZSTD, len(MANY) - 1, "producer", False),
        (Compression.ZSTD, len(MANY), "zstd", True),
        (Compression.ZSTD, len(MANY), "uncompressed", True),
    ],
)
def test_many_records_are_heavy_where_codecs_are_at_work(
    room: Any,
    batch: BatchMaker,
    compression: Compression,
    count: int,
    wanted: str,
    heavy: bool,
) -> None:
    room.add_topic("a", compression_type=wanted)
    partition = room.partition("a")
    rules = room.partitions.by_name["a"].produce_rules(partition)
    records = memoryview(batch(*MANY[:count], compression=compression))
    assert is_heavy(records, rules) is heavy


def heaviness(room: Any, records: bytes, **configs: str) -> bool:
    """Whether it is heavy; every heavy batch is large."""
    name = f"heavy-{len(room.partitions.by_name)}"
    room.add_topic(name, **configs)
    rules = room.partitions.by_name[name].produce_rules(room.partition(name))
    heavy = is_heavy(memoryview(records), rules)
    assert is_large(records) or not heavy
    assert not is_heavy(memoryview(records), replace(rules, max_message_bytes=len(records) - 1))
    return heavy


@pytest.mark.parametrize("codec", list(LIGHT_BYTES))
def test_many_compressed_bytes_are_heavy(room: Any, batch: BatchMaker, codec: Compression) -> None:
    for more, heavy in ((-200, False), (200, True)):
        noise = random.Random(1).randbytes(LIGHT_BYTES[codec] + more)
        records = batch(noise, compression=codec)
        assert abs(len(records) - len(noise)) < 200
        assert heaviness(room, records) is heavy


@pytest.mark.parametrize("codec", list(LIGHT_PACKED_BYTES))
def test_many_bytes_to_be_packed_are_heavy(
    room: Any, batch: BatchMaker, codec: Compression
) -> None:
    for more, heavy in ((-200, False), (1, True)):
        records = batch(bytes(LIGHT_PACKED_BYTES[codec] + more))
        assert heaviness(room, records, compression_type=codec.name.lower()) is heavy
    assert not heaviness(room, batch(bytes(500_000)))
    assert not heaviness(room, batch(bytes(500_000)), compression_type="uncompressed")


def test_very_many_plain_records_are_heavy_where_they_differ_in_size(
    room: Any, batch: BatchMaker
) -> None:
    different = [bytes(number % 90) for number in range(LIGHT_PLAIN_RECORDS + 1)]
    assert heaviness(room, batch(*different))
    assert not heaviness(room, batch(*different[:-1]))
    assert not heaviness(room, batch(*[bytes(50)] * 20_000))
    unreadable = bytearray(batch(*different))
    unreadable[HEADER_BYTES : HEADER_BYTES + 6] = b"\xff" * 6
    assert not heaviness(room, bytes(unreadable))
    assert not heaviness(room, b"short" * 5)


def test_plain_batches_of_very_many_records_are_checked_beside_the_loop(
    room: Any, workers: Waiting, batch: BatchMaker
) -> None:
    room.add_topic("a")
    different = [b"x" * (number % 90) for number in range(LIGHT_PLAIN_RECORDS + 1)]
    pending = room.ask(produce(("a", batch(*different))), 9)
    assert not pending.is_answered
    workers.work()
    assert row(pending.answer).error_code == 0
    assert values(room) == different


@pytest.mark.parametrize("version", [3, 8, 9, 12, 13])
def test_it_is_appended_when_it_is_checked(
    room: Any, workers: Waiting, batch: BatchMaker, version: int
) -> None:
    room.add_topic("a", compression_type="zstd")
    pending = room.ask(produce(("a", batch(*MANY))), version)
    assert not pending.is_answered
    assert room.partition("a").log.log_end_offset == 0
    workers.work()
    answer = row(pending.answer)
    assert (answer.error_code, answer.base_offset) == (0, 0)
    assert values(room) == MANY
    ((header, _),) = iter_batches(room.log_bytes("a"))
    assert header.compression == Compression.ZSTD


def test_the_connection_may_reuse_its_buffer_meanwhile(
    room: Any, workers: Waiting, batch: BatchMaker
) -> None:
    room.add_topic("a")
    room.add_topic("b")
    request = produce(("a", batch(*MANY, compression=Compression.LZ4)), ("b", batch(b"light")))
    frame = room.frame(request, 9)
    room.handle(frame)
    frame[:] = bytes(len(frame))
    workers.work()
    assert values(room, "a") == MANY
    assert values(room, "b") == [b"light"]


def test_what_others_append_meanwhile_comes_first(
    room: Any, workers: Waiting, batch: BatchMaker
) -> None:
    room.add_topic("a", message_timestamp_type="LogAppendTime")
    pending = room.ask(produce(("a", batch(*MANY, compression=Compression.LZ4))), 9)
    room.clock.advance(5)
    assert row(room.ask(produce(("a", batch(b"first"))), 9)).base_offset == 0
    room.clock.advance(5)
    workers.work()
    answer = row(pending.answer)
    assert (answer.base_offset, answer.log_append_time_ms) == (1, room.clock.now_ms())
    assert values(room) == [b"first", *MANY]


def test_a_producers_sequence_is_judged_when_it_is_appended(
    room: Any, workers: Waiting, batch: BatchMaker
) -> None:
    room.add_topic("a")
    records = batch(
        *MANY, compression=Compression.LZ4, producer_id=7, producer_epoch=0, base_sequence=0
    )
    pending = [room.ask(produce(("a", records)), 9) for _ in range(2)]
    workers.work()
    assert [row(one.answer).base_offset for one in pending] == [0, 0]
    assert values(room) == MANY


def test_a_fault_is_answered_as_that_of_a_small_batch(
    room: Any, workers: Waiting, batch: BatchMaker
) -> None:
    room.add_topic("a", cleanup_policy="compact")
    room.add_topic("b")
    good = batch(*MANY, compression=Compression.GZIP)
    pending = room.ask(produce(("a", good), ("b", good)), 9)
    workers.work()
    answer = pending.answer
    assert row(answer).error_code == ErrorCode.INVALID_RECORD
    assert len(row(answer).record_errors) == len(MANY)
    assert answer.responses[1].partition_responses[0].error_code == 0


def test_a_topic_that_is_deleted_meanwhile_is_unknown(
    room: Any, workers: Waiting, batch: BatchMaker
) -> None:
    topic_id = room.add_topic("a")
    pending = room.ask(produce(("a", batch(*MANY, compression=Compression.LZ4))), 9)
    room.partitions.delete_topic(topic_id)
    workers.work()
    assert row(pending.answer).error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION


def test_a_disk_that_fails_is_a_storage_error(
    room: Any, workers: Waiting, batch: BatchMaker
) -> None:
    room.add_topic("a")
    room.append("a", b"v")
    pending = room.ask(produce(("a", batch(*MANY, compression=Compression.LZ4))), 9)
    room.disk.full.add(room.directories[0])
    workers.work()
    assert row(pending.answer).error_code == ErrorCode.KAFKA_STORAGE_ERROR


def test_a_client_that_has_gone_is_written_all_the_same(
    room: Any, workers: Waiting, batch: BatchMaker
) -> None:
    room.add_topic("a")
    pending = room.ask(produce(("a", batch(*MANY, compression=Compression.LZ4))), 9)
    pending.deferred.abandon()
    workers.work()
    assert not pending.is_answered
    assert values(room) == MANY


def test_without_acks_it_is_written_at_once(room: Any, workers: Waiting, batch: BatchMaker) -> None:
    room.add_topic("a", compression_type="lz4")
    assert room.ask(produce(("a", batch(*MANY)), acks=0), 9) is None
    assert not workers.asked
    assert values(room) == MANY
    with pytest.raises(ProtocolError):
        room.ask(produce(("nowhere", batch(*MANY)), acks=0), 9)


def test_a_bug_in_the_check_is_a_server_error(
    room: Any, workers: Waiting, batch: BatchMaker, caplog: pytest.LogCaptureFixture
) -> None:
    room.add_topic("a")
    pending = room.ask(produce(("a", batch(*MANY, compression=Compression.LZ4))), 9)
    ((_, done),) = workers.asked
    done(RuntimeError("bug"))
    assert row(pending.answer).error_code == ErrorCode.UNKNOWN_SERVER_ERROR
    assert "bug" in caplog.text


def test_internal_topics_are_not_checked_for_anybody(
    room: Any, workers: Waiting, batch: BatchMaker
) -> None:
    room.add_topic("__a", internal=True)
    answer = room.ask(produce(("__a", batch(*MANY, compression=Compression.LZ4))), 9)
    assert row(answer).error_code == ErrorCode.INVALID_TOPIC_EXCEPTION


def transactional_request(batch: BatchMaker, producer: tuple[int, int]) -> ProduceRequest:
    records = batch(
        *MANY,
        compression=Compression.LZ4,
        attributes=TRANSACTIONAL_BIT,
        producer_id=producer[0],
        producer_epoch=producer[1],
        base_sequence=0,
    )
    request = produce(("t", records))
    request.transactional_id = "tx"
    return request


@pytest.mark.parametrize("version", [9, 12])
def test_in_a_transaction_the_coordinator_is_asked(
    transactional: Any, batch: BatchMaker, version: int
) -> None:
    room = transactional.room
    room.workers = workers = Waiting()
    pending = room.ask(transactional_request(batch, transactional.begin()), version)
    workers.work()
    # Only the new protocol adds the partition by itself.
    assert row(pending.answer).error_code == (0 if version == 12 else ErrorCode.INVALID_TXN_STATE)
    assert (values(room, "t") == MANY) is (version == 12)


@pytest.mark.parametrize("version", [9, 12])
def test_a_transaction_that_ends_meanwhile_is_not_begun_again(
    transactional: Any, batch: BatchMaker, version: int
) -> None:
    """Else nobody would ever write the marker that ends it."""
    room = transactional.room
    room.workers = workers = Waiting()
    producer = transactional.begin()
    added = AddPartitionsToTxnRequest(
        v3_and_below_transactional_id="tx",
        v3_and_below_producer_id=producer[0],
        v3_and_below_producer_epoch=producer[1],
        v3_and_below_topics=[AddPartitionsToTxnTopic("t", [0])],
    )
    transactional.ask(added, 3)
    pending = room.ask(transactional_request(batch, producer), version)
    end_version = 5 if version == 12 else 3
    assert transactional.end(producer, False, version=end_version).error_code == 0
    workers.work()
    assert row(pending.answer).error_code != 0
    assert not is_open(room.partition("t"), ProducerStamp(*producer))

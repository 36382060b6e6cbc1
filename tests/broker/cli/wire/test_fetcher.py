"""What the fetcher makes of answers, with a broker played by the test."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.fetch import (
    AbortedTransaction,
    FetchableTopicResponse,
    FetchRequest,
    FetchResponse,
    PartitionData,
)
from wirekafka_protocol.records.control import ControlType, EndMarker, build_end_marker
from wirekafka_protocol.records.record import Record, build_batch

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.cluster import Node, TopicPartition
from wirekafka.cli.wire.connection import ConnectionLost
from wirekafka.cli.wire.consumer_settings import ConsumerSettings
from wirekafka.cli.wire.fetcher import Fetcher

T0, T1 = TopicPartition("t", 0), TopicPartition("t", 1)
TRANSACTIONAL = 1 << 4


class Broker:
    """Cluster, catalog and connection in one: leads everything, answers what it is told to."""

    def __init__(self) -> None:
        self.nodes = {1: Node(1, "h", 1)}
        self.asked: list[FetchRequest] = []
        self.answers: deque[FetchResponse] = deque()
        self.address = "h:1"
        self.leaders = {T0: 1, T1: 1}

    def leader(self, one: TopicPartition) -> int:
        return self.leaders[one]

    def connect(self, host: str, port: int) -> Broker:
        return self

    def version_of(self, key: Any) -> int:
        return 18

    def send(self, request: FetchRequest, version: int) -> None:
        assert version == 12
        self.asked.append(request)

    def is_answered(self, wait_s: float) -> bool:
        return bool(self.answers)

    def receive(self, expected: type) -> FetchResponse:
        return self.answers.popleft()

    def close(self) -> None:
        pass

    def offsets(self) -> dict[TopicPartition, int]:
        """What the last request asks for."""
        return {
            TopicPartition(topic.topic, row.partition): row.fetch_offset
            for topic in self.asked[-1].topics
            for row in topic.partitions
        }


class Reading:
    """A fetcher that has asked for partition 0 from an offset on."""

    def __init__(self, offset: int = 0, **settings: Any) -> None:
        self.broker = Broker()
        broker: Any = self.broker
        self.fetcher = Fetcher(broker, broker, ConsumerSettings(**settings))
        self.fetcher.seek(T0, offset)
        self.fetcher.step(0.0)

    def answer(self, records: bytes = b"", *, code: int = 0, **fields: Any) -> None:
        row = PartitionData(0, code, records=memoryview(records), **fields)
        self.broker.answers.append(
            FetchResponse(responses=[FetchableTopicResponse("t", partitions=[row])])
        )
        self.fetcher.step(0.0)

    def values(self, limit: int = 100) -> list[bytes | None]:
        return [record.value for batch in self.fetcher.take(limit) for record in batch.records]


def batch(offset: int, *values: bytes, **fields: Any) -> bytes:
    records = [Record(offset + index, 5, None, value) for index, value in enumerate(values)]
    return bytes(build_batch(records, **fields))


def in_transaction(offset: int, value: bytes, producer_id: int, sequence: int) -> bytes:
    return batch(
        offset, value, attributes=TRANSACTIONAL,
        producer_id=producer_id, producer_epoch=0, base_sequence=sequence,
    )  # fmt: skip


def marker(kind: ControlType, offset: int, producer_id: int) -> bytes:
    return build_end_marker(
        EndMarker(kind, 0), producer_id=producer_id, producer_epoch=0, timestamp_ms=5,
        base_offset=offset,
    )  # fmt: skip


def test_records_are_taken_in_order_and_the_position_follows() -> None:
    reading = Reading()
    reading.answer(batch(0, b"a", b"b") + batch(2, b"c"))
    assert reading.values(2) == [b"a", b"b"]
    assert reading.fetcher.positions == {T0: 2}
    assert reading.values() == [b"c"]
    assert reading.fetcher.positions == {T0: 3}
    reading.fetcher.ask(0.0)
    assert reading.broker.offsets() == {T0: 3}


def test_a_limit_splits_a_batch() -> None:
    reading = Reading()
    reading.answer(batch(0, b"a", b"b", b"c"))
    assert reading.values(1) == [b"a"]
    assert reading.fetcher.positions == {T0: 1}
    assert reading.values(1) == [b"b"]
    assert reading.values(5) == [b"c"]


def test_nothing_is_asked_while_something_is_to_be_taken() -> None:
    """A request for other partitions would wait for news while this one is read (KAFKA-17439)."""
    reading = Reading()
    reading.answer(batch(0, b"a"))
    reading.fetcher.seek(T1, 0)
    reading.fetcher.step(0.0)
    assert len(reading.broker.asked) == 1
    reading.values()
    reading.fetcher.step(0.0)
    assert reading.broker.offsets() == {T0: 1, T1: 0}


def test_what_stands_before_the_position_in_its_batch_is_left_out() -> None:
    reading = Reading(1)
    reading.answer(batch(0, b"a", b"b"))
    assert reading.values() == [b"b"]


def test_a_batch_that_is_cut_off_is_asked_for_again() -> None:
    reading = Reading()
    reading.answer(batch(0, b"a") + batch(1, b"b")[:-1])
    assert reading.values() == [b"a"]
    reading.fetcher.ask(0.0)
    assert reading.broker.offsets() == {T0: 1}


@pytest.mark.parametrize("isolation_level", [0, 1])
def test_aborted_records_are_left_out_for_who_reads_what_is_committed(isolation_level: int) -> None:
    reading = Reading(isolation_level=isolation_level)
    records = (
        in_transaction(0, b"kept", 7, 0)
        + marker(ControlType.COMMIT, 1, 7)
        + in_transaction(2, b"gone", 7, 1)
        + in_transaction(3, b"other's", 8, 0)
        + marker(ControlType.ABORT, 4, 7)
        + marker(ControlType.COMMIT, 5, 8)
        + in_transaction(6, b"kept too", 7, 2)
        + marker(ControlType.COMMIT, 7, 7)
    )
    reading.answer(records, aborted_transactions=[AbortedTransaction(7, 2)])
    read = reading.values()
    assert (b"gone" in read) == (isolation_level == 0)
    assert [one for one in read if one != b"gone"] == [b"kept", b"other's", b"kept too"]
    assert reading.fetcher.positions == {T0: 8}


def test_a_corrupt_batch_is_told_unless_nobody_looks() -> None:
    corrupt = bytearray(batch(0, b"abc"))
    corrupt[-2] ^= 1
    reading = Reading()
    reading.answer(bytes(corrupt))
    with pytest.raises(CommandError, match="t-0: the batch at offset 0 is corrupt"):
        reading.values()
    careless = Reading(checks_crcs=False)
    careless.answer(bytes(corrupt))
    assert len(careless.values()) == 1


@pytest.mark.parametrize("records", [b"\0", batch(0, b"x")[:-1], b"\0" * 100])
def test_what_is_no_batch_is_told(records: bytes) -> None:
    reading = Reading()
    reading.answer(records)
    with pytest.raises(CommandError, match="partition t-0: "):
        reading.values()


def test_an_offset_that_is_not_there_waits_for_a_decision() -> None:
    reading = Reading(99)
    reading.answer(code=ErrorCode.OFFSET_OUT_OF_RANGE)
    assert reading.fetcher.astray == {T0}
    reading.fetcher.step(100.0)
    assert len(reading.broker.asked) == 1
    reading.fetcher.seek(T0, 3)
    reading.fetcher.step(100.0)
    assert reading.broker.offsets() == {T0: 3}


def test_a_leader_that_is_none_makes_the_catalog_stale_and_is_asked_later() -> None:
    reading = Reading()
    reading.answer(code=ErrorCode.NOT_LEADER_OR_FOLLOWER)
    assert reading.fetcher.is_stale
    reading.fetcher.step(0.05)
    assert len(reading.broker.asked) == 1
    reading.fetcher.step(0.2)
    assert len(reading.broker.asked) == 2


def test_a_partition_without_a_leader_makes_the_catalog_stale() -> None:
    reading = Reading()
    reading.broker.leaders[T1] = -1
    reading.fetcher.seek(T1, 0)
    reading.fetcher.step(0.0)
    assert reading.fetcher.is_stale


def test_an_error_that_does_not_pass_is_told() -> None:
    with pytest.raises(CommandError, match="partition t-0: Topic authorization failed"):
        Reading().answer(code=ErrorCode.TOPIC_AUTHORIZATION_FAILED)


def test_an_answer_about_what_was_given_up_or_sought_elsewhere_is_dropped() -> None:
    for change in (
        lambda fetcher: fetcher.forget([T0]),
        lambda fetcher: fetcher.seek(T0, 5),
    ):
        reading = Reading()
        change(reading.fetcher)
        reading.answer(batch(0, b"a"))
        assert reading.values() == []


def test_a_broker_that_does_not_answer_is_lost() -> None:
    reading = Reading()
    with pytest.raises(ConnectionLost):
        reading.fetcher.step(31.0)
    reading.fetcher.lose()
    reading.fetcher.step(31.0)
    assert len(reading.broker.asked) == 2

"""TxnOffsetCommit: whom it asks before the group's coordinator, and what each version hears."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.add_offsets_to_txn import AddOffsetsToTxnRequest
from wirekafka_protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
)
from wirekafka_protocol.messages.txn_offset_commit import (
    TxnOffsetCommitRequest,
    TxnOffsetCommitRequestPartition,
    TxnOffsetCommitRequestTopic,
)

VERSIONS = range(6)
ADDS = 5
Producer = tuple[int, int]


def commit(
    producer: Producer, *places: tuple[str, int], group: str = "g", offset: int = 5
) -> TxnOffsetCommitRequest:
    return TxnOffsetCommitRequest(
        "tx",
        group,
        *producer,
        topics=[
            TxnOffsetCommitRequestTopic(topic, [TxnOffsetCommitRequestPartition(index, offset)])
            for topic, index in places or [("t", 0)]
        ],
    )


def codes(transactional: Any, request: TxnOffsetCommitRequest, version: int) -> list[int]:
    answer = transactional.ask(request, version)
    return [row.error_code for topic in answer.topics for row in topic.partitions]


def add_offsets(transactional: Any, producer: Producer) -> None:
    request = AddOffsetsToTxnRequest("tx", *producer, group_id="g")
    assert transactional.ask(request, 4).error_code == 0


def committed(transactional: Any, *, require_stable: bool = False) -> tuple[int, int]:
    topics = [OffsetFetchRequestTopics("t", partition_indexes=[0])]
    request = OffsetFetchRequest(
        groups=[OffsetFetchRequestGroup("g", topics=topics)], require_stable=require_stable
    )
    row = transactional.ask(request, 8).groups[0].topics[0].partitions[0]
    return row.error_code, row.committed_offset


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("is_commit", "offset"), [(True, 5), (False, -1)])
def test_offsets_count_when_the_transaction_is_committed(
    transactional: Any, version: int, is_commit: bool, offset: int
) -> None:
    producer = transactional.begin()
    if version < ADDS:
        add_offsets(transactional, producer)
    assert codes(transactional, commit(producer), version) == [0]
    assert committed(transactional) == (0, -1)
    assert committed(transactional, require_stable=True) == (88, -1)
    assert transactional.end(producer, is_commit).error_code == 0
    assert committed(transactional, require_stable=True) == (0, offset)


@pytest.mark.parametrize(
    ("version", "code"), [(0, 48), (1, 48), (2, 48), (3, 48), (4, 120), (5, 0)]
)
def test_a_group_that_was_not_added(transactional: Any, version: int, code: int) -> None:
    assert codes(transactional, commit(transactional.begin()), version) == [code]


def test_the_transactions_coordinator_is_asked_once(
    transactional: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    producer = transactional.begin()
    assert codes(transactional, commit(producer), 5) == [0]
    monkeypatch.setattr(transactional.room.transactions, "request", None)
    assert codes(transactional, commit(producer, ("u", 0)), 5) == [0]


def test_verification_can_be_turned_off(transactional: Any) -> None:
    room = transactional.room
    room.config = replace(room.config, transaction_partition_verification_enable=False)
    assert codes(transactional, commit(transactional.begin()), 3) == [0]


@pytest.mark.parametrize(
    ("change", "code"),
    [((0, 7), ErrorCode.INVALID_PRODUCER_EPOCH), ((9, 0), ErrorCode.INVALID_PRODUCER_ID_MAPPING)],
)
def test_another_producer_is_refused(transactional: Any, change: Producer, code: ErrorCode) -> None:
    producer_id, epoch = transactional.begin()
    other = producer_id + change[0], epoch + change[1]
    assert codes(transactional, commit(other), 5) == [code]


def test_unknown_partitions_do_not_fail_the_others(transactional: Any) -> None:
    producer = transactional.begin()
    request = commit(producer, ("none", 0), ("t", 0), ("t", 7))
    answer = transactional.ask(request, 5)
    rows = {
        (topic.name, row.partition_index): row.error_code
        for topic in answer.topics
        for row in topic.partitions
    }
    assert rows == {("none", 0): 3, ("t", 0): 0, ("t", 7): 3}
    assert codes(transactional, commit(producer, ("none", 0)), 5) == [3]


def test_a_group_needs_a_name(transactional: Any) -> None:
    request = commit(transactional.begin(), ("t", 0), ("none", 0), group="")
    assert sorted(codes(transactional, request, 5)) == [3, ErrorCode.INVALID_GROUP_ID]


@pytest.mark.parametrize(
    ("version", "code"),
    [(1, ErrorCode.COORDINATOR_NOT_AVAILABLE), (2, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)],
)
def test_old_clients_do_not_know_of_loading(
    transactional: Any, monkeypatch: pytest.MonkeyPatch, version: int, code: ErrorCode
) -> None:
    producer = transactional.begin()
    add_offsets(transactional, producer)
    partition = transactional.room.groups._partitions[0]
    monkeypatch.setattr(partition, "is_active", False)
    assert codes(transactional, commit(producer), version) == [code]


def test_a_transactions_coordinator_elsewhere_makes_clients_retry(transactional: Any) -> None:
    producer = transactional.begin()
    transactional.room.transactions.unload(0)
    assert codes(transactional, commit(producer), 5) == [ErrorCode.NOT_COORDINATOR]


def test_after_an_end_the_epoch_of_before_is_refused(transactional: Any) -> None:
    producer = transactional.begin()
    assert codes(transactional, commit(producer), 5) == [0]
    transactional.end(producer, version=5)
    assert codes(transactional, commit(producer), 5) == [ErrorCode.INVALID_PRODUCER_EPOCH]

"""What the witness notes, and its bounds."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnPartitionResult,
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnResponse,
    AddPartitionsToTxnResult,
    AddPartitionsToTxnTopicResult,
    AddPartitionsToTxnTransaction,
)
from wirekafka_protocol.messages.end_txn import EndTxnRequest, EndTxnResponse
from wirekafka_protocol.messages.init_producer_id import (
    InitProducerIdRequest,
    InitProducerIdResponse,
)
from wirekafka_protocol.messages.metadata import (
    MetadataRequest,
    MetadataRequestTopic,
    MetadataResponse,
    MetadataResponseTopic,
)

from wirekafka.observe.witness import MAX_FACTS

CONCURRENT = 51


def results() -> list[AddPartitionsToTxnTopicResult]:
    row = AddPartitionsToTxnPartitionResult(0, CONCURRENT)
    return [AddPartitionsToTxnTopicResult("t", [row])]


@pytest.mark.parametrize(
    ("request_", "version", "answer"),
    [
        (EndTxnRequest("tx", 1, 0, True), 3, EndTxnResponse(0, CONCURRENT)),
        (InitProducerIdRequest("tx", 1), 3, InitProducerIdResponse(0, CONCURRENT)),
        (
            AddPartitionsToTxnRequest(v3_and_below_transactional_id="tx"),
            3,
            AddPartitionsToTxnResponse(results_by_topic_v3_and_below=results()),
        ),
        (
            AddPartitionsToTxnRequest([AddPartitionsToTxnTransaction("tx", 1, 0)]),
            4,
            AddPartitionsToTxnResponse(
                results_by_transaction=[AddPartitionsToTxnResult("tx", results())]
            ),
        ),
    ],
)
def test_concurrent_transactions_are_noted_for_their_id(
    scene: Any, request_: Any, version: int, answer: Any
) -> None:
    client = scene.connect()
    for _ in range(3):
        client.asks(request_, version=version, answers=(answer,))
    (fact,) = scene.witness.facts()
    assert (fact.kind, fact.subject, fact.count) == ("concurrent transactions", ("tx",), 3)


def test_an_id_for_a_producer_without_transactions_is_no_work(scene: Any) -> None:
    client = scene.connect()
    client.asks(InitProducerIdRequest(None, 1), version=3, answers=(InitProducerIdResponse(),))
    assert client.tape.served == client.tape.bootstrap_frames
    client.asks(InitProducerIdRequest("t", 1), version=3, answers=(InitProducerIdResponse(),))
    assert client.tape.served > client.tape.bootstrap_frames


def test_facts_are_bounded_and_the_longest_untouched_goes_first(scene: Any) -> None:
    client = scene.connect()
    for number in [*range(MAX_FACTS), 0, MAX_FACTS]:
        name = f"t{number}"
        client.asks(
            MetadataRequest([MetadataRequestTopic(name=name)]),
            version=9,
            answers=(MetadataResponse(topics=[MetadataResponseTopic(3, name)]),),
        )
    names = [fact.subject[0] for fact in scene.witness.facts()]
    assert len(names) == MAX_FACTS
    assert "t1" not in names
    assert names[-2:] == ["t0", f"t{MAX_FACTS}"]


def test_a_connection_without_a_tape_is_no_reason_to_stumble(scene: Any) -> None:
    client = scene.connect()
    tape, client.tape = client.tape, None
    client.api_key = 3
    scene.witness.answered(client, MetadataRequest([]), MetadataResponse())
    assert tape.told is None

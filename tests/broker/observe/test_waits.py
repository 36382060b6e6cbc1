"""What clients wait for, each from the request that waits and the state of the broker."""

from __future__ import annotations

from typing import Any

from wirekafka_protocol.messages.add_offsets_to_txn import (
    AddOffsetsToTxnRequest,
    AddOffsetsToTxnResponse,
)
from wirekafka_protocol.messages.fetch import (
    FetchableTopicResponse,
    FetchPartition,
    FetchRequest,
    FetchResponse,
    FetchTopic,
    PartitionData,
)
from wirekafka_protocol.messages.heartbeat import HeartbeatRequest
from wirekafka_protocol.messages.join_group import JoinGroupRequest
from wirekafka_protocol.messages.sync_group import SyncGroupRequest

from wirekafka.observe.finding import Finding
from wirekafka.observe.surroundings import GroupState, TransactionSight
from wirekafka.observe.waits import waits


def found(scene: Any) -> list[Finding]:
    return waits(scene.tapes(), scene.witness.facts(), scene.broker, scene.now)


def only(scene: Any) -> Finding:
    (finding,) = found(scene)
    assert finding.is_wait
    return finding


def poll(client: Any, records: bytes | None = None, *, is_answered: bool = True) -> None:
    request = FetchRequest(topics=[FetchTopic("t", partitions=[FetchPartition(0, fetch_offset=7)])])
    answer = FetchResponse(
        responses=[FetchableTopicResponse("t", partitions=[PartitionData(0, records=records)])]
    )
    client.is_answer_due = not is_answered
    client.asks(request, version=11, answers=(answer,) if is_answered else ())


def test_a_long_poll_names_its_partitions_and_where_they_end(scene: Any) -> None:
    scene.broker.ends["t", 0] = 7
    poll(scene.connect(), is_answered=False)
    finding = only(scene)
    assert finding.kind == "long poll"
    assert "t-0 from offset 7 (end 7)" in finding.cause


def test_a_consumer_waits_since_its_first_empty_poll(scene: Any) -> None:
    client = scene.connect()
    poll(client, b"records")
    for _ in range(4):
        scene.pass_s(0.5)
        poll(client)
    assert only(scene).since == 0.5


def test_a_consumer_that_reads_waits_for_nothing(scene: Any) -> None:
    poll(scene.connect(), b"records")
    assert found(scene) == []


def test_a_consumer_that_stopped_polling_waits_for_nothing(scene: Any) -> None:
    poll(scene.connect())
    scene.pass_s(5)
    assert found(scene) == []


def test_an_incremental_fetch_reads_what_its_session_has(scene: Any) -> None:
    scene.broker.sessions[9] = [("s", 3, 12)]
    client = scene.connect()
    client.is_answer_due = True
    client.asks(FetchRequest(session_id=9, session_epoch=4), version=11)
    assert "s-3 from offset 12" in only(scene).cause


def test_a_parked_join_names_who_has_not_joined(scene: Any, member: Any) -> None:
    one, other = member("m1", "one", "/10.0.0.1"), member("m2", "other", "/10.0.0.2")
    scene.broker.groups["g"] = GroupState("PreparingRebalance", (one, other), (other,), 0, 60_000)
    client = scene.connect("one")
    client.is_answer_due = True
    client.asks(JoinGroupRequest("g", 45_000, 60_000, "m1", None, "consumer", []), version=7)
    scene.pass_s(10)
    finding = only(scene)
    assert finding.kind == "rebalance"
    assert "group g (PreparingRebalance, 2 members): other at 10.0.0.2 has not joined" in (
        finding.cause
    )
    assert "at most 50 s more" in finding.advice
    assert finding.since == 0


def test_a_join_waits_for_new_members_that_got_an_id(scene: Any, member: Any) -> None:
    scene.broker.groups["g"] = GroupState("PreparingRebalance", (), (), 1)
    client = scene.connect()
    client.is_answer_due = True
    client.asks(JoinGroupRequest("g", 45_000, 60_000, "m1", None, "consumer", []), version=7)
    assert "1 new members were given an id" in only(scene).cause


def test_a_parked_sync_names_the_leader(scene: Any, member: Any) -> None:
    leader = member("m1", "boss", "/10.0.0.1")
    scene.broker.groups["g"] = GroupState("CompletingRebalance", (leader,), (leader,))
    client = scene.connect()
    client.is_answer_due = True
    client.asks(SyncGroupRequest("g", 1, "m2"), version=4)
    assert "boss at 10.0.0.1 is the leader and has not sent it" in only(scene).cause


def test_a_throttled_client_waits_for_its_quota(scene: Any) -> None:
    client = scene.connect()
    client.asks(HeartbeatRequest("g", 1, "m"), version=4)
    client.tape.throttled(2500)
    finding = only(scene)
    assert (finding.kind, "2.5 s" in finding.cause) == ("quota", True)
    scene.pass_s(3)
    assert found(scene) == []


def test_any_other_request_is_named(scene: Any) -> None:
    client = scene.connect()
    client.is_answer_due = True
    client.asks(HeartbeatRequest("g", 1, "m"), version=4)
    assert "the answer to Heartbeat" in only(scene).cause


def test_a_blocked_transaction_names_the_markers_that_are_due(scene: Any) -> None:
    scene.broker.transactions["tx"] = TransactionSight("PREPARE_COMMIT", ("a-0", "b-1"))
    scene.connect().asks(
        AddOffsetsToTxnRequest("tx", 1, 0, "g"),
        version=3,
        answers=(AddOffsetsToTxnResponse(0, 51),),
    )
    finding = only(scene)
    assert finding.kind == "transaction"
    assert "PREPARE_COMMIT, markers are due in a-0, b-1" in finding.cause
    scene.pass_s(6)
    assert found(scene) == []


def test_connections_that_are_gone_wait_for_nothing(scene: Any) -> None:
    client = scene.connect()
    poll(client, is_answered=False)
    client.leaves()
    assert found(scene) == []

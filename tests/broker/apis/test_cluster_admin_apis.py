"""Reassignments, features, the quorum, unregistering, rules and tokens: as bytes, every version.

Answers are those recorded from Kafka 4.3.1.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any

import pytest
from wirekafka_protocol.errors import ErrorCode, ProtocolError
from wirekafka_protocol.messages.add_raft_voter import AddRaftVoterRequest, Listener
from wirekafka_protocol.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    ReassignablePartition,
    ReassignableTopic,
)
from wirekafka_protocol.messages.create_acls import AclCreation, CreateAclsRequest
from wirekafka_protocol.messages.create_delegation_token import CreateDelegationTokenRequest
from wirekafka_protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsTopic,
)
from wirekafka_protocol.messages.create_topics import CreatableTopic
from wirekafka_protocol.messages.delete_acls import DeleteAclsFilter, DeleteAclsRequest
from wirekafka_protocol.messages.describe_acls import DescribeAclsRequest
from wirekafka_protocol.messages.describe_cluster import DescribeClusterRequest
from wirekafka_protocol.messages.describe_delegation_token import DescribeDelegationTokenRequest
from wirekafka_protocol.messages.describe_quorum import (
    DescribeQuorumRequest,
    DescribeQuorumRequestPartitionData,
    DescribeQuorumRequestTopicData,
)
from wirekafka_protocol.messages.elect_leaders import ElectLeadersRequest, TopicPartitions
from wirekafka_protocol.messages.expire_delegation_token import ExpireDelegationTokenRequest
from wirekafka_protocol.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsTopics,
)
from wirekafka_protocol.messages.remove_raft_voter import RemoveRaftVoterRequest
from wirekafka_protocol.messages.renew_delegation_token import RenewDelegationTokenRequest
from wirekafka_protocol.messages.unregister_broker import UnregisterBrokerRequest
from wirekafka_protocol.messages.update_features import FeatureUpdateKey, UpdateFeaturesRequest

from wirekafka.metadata.model import Move, encode_topic

Broker = Any  # AdminBroker of conftest.py, which tests cannot import
Scenario = Callable[[Broker], Coroutine[Any, Any, None]]


def with_broker(scenario: Scenario) -> Callable[[Any], None]:
    """A test that gets a started broker with topic t of two partitions."""

    async def play(admin_broker: Any) -> None:
        broker = admin_broker()
        await broker.start()
        await broker.create(CreatableTopic("t", 2, 1))
        await scenario(broker)
        await broker.stop()

    def test(admin_broker: Any) -> None:
        asyncio.run(play(admin_broker))

    test.__name__ = scenario.__name__
    return test


def move(*rows: tuple[int, list[int] | None], **fields: Any) -> AlterPartitionReassignmentsRequest:
    partitions = [ReassignablePartition(*row) for row in rows]
    return AlterPartitionReassignmentsRequest(topics=[ReassignableTopic("t", partitions)], **fields)


@with_broker
async def test_reassignments_in_every_version(broker: Broker) -> None:
    request = move((0, [1]), (1, [1, 2]), (1, None), (7, [1]))
    for version in (0, 1):
        answer = await broker.ask("alter_partition_reassignments", request, version)
        assert (answer.error_code, answer.error_message) == (0, None)
        rows = answer.responses[0].partitions
        assert [row.error_code for row in rows] == [0, 39, 85, 3]
        assert [row.error_message is None for row in rows] == [True, False, True, False]
    held = move((0, [1]), allow_replication_factor_change=False)
    answer = await broker.ask("alter_partition_reassignments", held, 1)
    assert answer.allow_replication_factor_change is False
    nothing = AlterPartitionReassignmentsRequest(timeout_ms=0)
    answer = await broker.ask("alter_partition_reassignments", nothing, 1)
    assert (answer.error_code, answer.error_message, answer.responses) == (0, "", [])


@with_broker
async def test_requests_without_time_are_timed_out(broker: Broker) -> None:
    for timeout in (0, -1):
        request = move((0, [1]), timeout_ms=timeout)
        answer = await broker.ask("alter_partition_reassignments", request, 1)
        assert (answer.error_code, answer.responses[0].partitions[0].error_code) == (7, 7)
        elect = ElectLeadersRequest(0, [TopicPartitions("t", [0])], timeout)
        answer = await broker.ask("elect_leaders", elect, 2)
        assert answer.error_code == 7
        grow = CreatePartitionsRequest([CreatePartitionsTopic("t", 3, None)], timeout)
        answer = await broker.ask("create_partitions", grow, 3)
        assert [row.error_code for row in answer.results] == [7]
    assert len(broker.image.topics["t"].partitions) == 2


@with_broker
async def test_reassignments_are_listed(broker: Broker) -> None:
    request = ListPartitionReassignmentsRequest()
    answer = await broker.ask("list_partition_reassignments", request, 0)
    assert (answer.error_message, answer.topics) == (None, [])
    topic = broker.image.topics["t"]
    value = encode_topic(topic.topic_id, [(2, 1), (1,)], {0: Move((2,), (1,))})
    image = broker.image
    await broker.metadata.ask_controller(lambda controller, image: rewrite(topic.name, value))
    assert broker.image.revision > image.revision
    rows = [ListPartitionReassignmentsTopics(name, [0, 1, 9, -1]) for name in ("t", "none")]
    for asked in (None, rows):
        request = ListPartitionReassignmentsRequest(topics=asked)
        answer = await broker.ask("list_partition_reassignments", request, 0)
        (listed,) = answer.topics
        (row,) = listed.partitions
        assert (row.partition_index, row.replicas) == (0, [2, 1])
        assert (row.adding_replicas, row.removing_replicas) == ([2], [1])


def rewrite(name: str, value: bytes) -> Any:
    from wirekafka.metadata import keys
    from wirekafka.metadata.plan import Plan, Write

    return Plan(None, [(Write(keys.topic(name), value),)])


@with_broker
async def test_the_quorum_in_every_version(broker: Broker) -> None:
    broker.clock = SimpleNamespace(now_ms=lambda: 1234)
    partition = DescribeQuorumRequestPartitionData(0)
    asked = [DescribeQuorumRequestTopicData("__cluster_metadata", [partition])]
    for version in range(3):
        answer = await broker.ask("describe_quorum", DescribeQuorumRequest(asked), version)
        (row,) = answer.topics[0].partitions
        assert (row.error_code, row.leader_id, row.leader_epoch) == (0, 1, 1)
        (voter,) = row.current_voters
        assert voter.log_end_offset == row.high_watermark == broker.image.revision
        assert voter.last_fetch_timestamp == (1234 if version else -1)
        assert row.observers == []
        if version == 2:
            ((node,),) = ([listener.name for listener in n.listeners] for n in answer.nodes)
            assert node == "CONTROLLER"
    for topics in ([*asked, *asked], [DescribeQuorumRequestTopicData("t", [partition])], []):
        answer = await broker.ask("describe_quorum", DescribeQuorumRequest(topics), 2)
        assert answer.error_code == 0
        assert {p.error_code for t in answer.topics for p in t.partitions} <= {3}


@with_broker
async def test_features_are_updated_in_every_version(broker: Broker) -> None:
    name = "transaction.version"
    for version in range(3):
        rows = [FeatureUpdateKey(name, 1, allow_downgrade=True, upgrade_type=2)]
        await broker.ask("update_features", UpdateFeaturesRequest(1, [raised(name)]), version)
        assert broker.image.features[name] == 2
        dry = UpdateFeaturesRequest(1, rows, validate_only=True)
        answer = await broker.ask("update_features", dry, version)
        assert broker.image.features[name] == (1 if version == 0 else 2)  # 0 cannot only validate
        answer = await broker.ask("update_features", UpdateFeaturesRequest(1, rows), version)
        assert (answer.error_code, answer.error_message) == (0, None)
        assert [r.error_message for r in answer.results] == (["NONE"] if version < 2 else [])
        assert broker.image.features[name] == 1
        unknown = UpdateFeaturesRequest(1, [FeatureUpdateKey("none", 1)])
        answer = await broker.ask("update_features", unknown, version)
        assert (answer.error_code, answer.results) == (95, [])


def raised(name: str) -> FeatureUpdateKey:
    return FeatureUpdateKey(name, 2, upgrade_type=1)


@with_broker
async def test_a_broker_can_be_unregistered(broker: Broker) -> None:
    answer = await broker.ask("unregister_broker", UnregisterBrokerRequest(77), 0)
    assert answer.error_code == 102
    assert answer.error_message == "Broker ID 77 is not currently registered"
    answer = await broker.ask("unregister_broker", UnregisterBrokerRequest(1), 0)
    assert (answer.error_code, answer.error_message) == (0, "")
    assert {p.leader for p in broker.image.topics["t"].partitions} == {-1}
    answer = await broker.ask("describe_cluster", DescribeClusterRequest(), 2)
    assert (answer.brokers, answer.controller_id) == ([], -1)
    answer = await broker.ask("unregister_broker", UnregisterBrokerRequest(1), 0)
    assert answer.error_code == 102


@with_broker
async def test_rules_need_an_authorizer(broker: Broker) -> None:
    rule = AclCreation(2, "t", 3, "User:a", "*", 3, 3)
    one = DeleteAclsFilter(2, "t", 3, "User:a", "*", 3, 3)
    for version in range(1, 4):
        described = DescribeAclsRequest(2, "t", 3, None, None, 3, 3)
        answer = await broker.ask("describe_acls", described, version)
        assert answer.error_code == 54
        assert answer.error_message == "No Authorizer is configured on the broker"
        answer = await broker.ask("create_acls", CreateAclsRequest([rule, rule]), version)
        assert [row.error_code for row in answer.results] == [54, 54]
        answer = await broker.ask("delete_acls", DeleteAclsRequest([one]), version)
        assert [row.error_code for row in answer.filter_results] == [54]
    for module, request in (
        ("describe_acls", DescribeAclsRequest(2, "t", 3, None, None, 0, 3)),
        ("create_acls", CreateAclsRequest([rule, AclCreation(0, "t", 3, "", "", 3, 3)])),
        ("delete_acls", DeleteAclsRequest([DeleteAclsFilter(2, "t", 0, "", "", 3, 3)])),
    ):
        with pytest.raises(ProtocolError):
            await broker.ask(module, request, 3)


@with_broker
async def test_tokens_need_a_listener_that_authenticates(broker: Broker) -> None:
    for version in range(1, 4):
        request = CreateDelegationTokenRequest("User", "alice")
        answer = await broker.ask("create_delegation_token", request, version)
        assert (answer.error_code, answer.expiry_timestamp_ms, answer.hmac) == (64, -1, b"")
        owner = "alice" if version == 3 else "ANONYMOUS"
        assert (answer.principal_type, answer.principal_name) == ("User", owner)
        described = DescribeDelegationTokenRequest(None)
        answer = await broker.ask("describe_delegation_token", described, version)
        assert (answer.error_code, answer.tokens) == (64, [])
    for version in (1, 2):
        renewed = RenewDelegationTokenRequest(b"x", 1)
        answer = await broker.ask("renew_delegation_token", renewed, version)
        assert (answer.error_code, answer.expiry_timestamp_ms) == (64, -1)
        expired = ExpireDelegationTokenRequest(b"x", 1)
        answer = await broker.ask("expire_delegation_token", expired, version)
        assert (answer.error_code, answer.expiry_timestamp_ms) == (64, -1)
    nameless = CreateDelegationTokenRequest(None, "alice")
    answer = await broker.ask("create_delegation_token", nameless, 3)
    assert (answer.error_code, answer.principal_name) == (-1, "ANONYMOUS")


@with_broker
async def test_partitions_listed_twice_are_elected_twice(broker: Broker) -> None:
    asked = [TopicPartitions("t", [0, 0]), TopicPartitions("t", [1]), TopicPartitions("t", [])]
    answer = await broker.ask("elect_leaders", ElectLeadersRequest(0, asked), 2)
    rows = [
        [(row.partition_id, row.error_code) for row in topic.partition_result]
        for topic in answer.replica_election_results
    ]
    assert rows == [[(0, 84), (0, 84)], [(1, 84)], []]


@with_broker
async def test_raft_voters_stay_and_the_request_is_looked_at_first(broker: Broker) -> None:
    here = broker.cluster_id
    listeners = [Listener("CONTROLLER", "h", 1)]
    for cluster_id, voter_id, directory_id, named, code in [
        (here, 2, b"d" * 16, listeners, ErrorCode.UNSUPPORTED_VERSION),
        (None, 1, b"d" * 16, listeners, ErrorCode.UNSUPPORTED_VERSION),
        ("", -1, b"d" * 16, listeners, ErrorCode.INCONSISTENT_CLUSTER_ID),
        (None, -1, b"d" * 16, listeners, ErrorCode.INVALID_REQUEST),
        (None, 2, bytes(16), listeners, ErrorCode.INVALID_REQUEST),
        (None, 2, b"d" * 16, [Listener("OTHER", "h", 1)], ErrorCode.INVALID_REQUEST),
    ]:
        add = AddRaftVoterRequest(cluster_id, 1000, voter_id, directory_id, named)
        for version in (0, 1):
            answer = await broker.ask("add_raft_voter", add, version)
            assert (answer.error_code, bool(answer.error_message)) == (code, True)
        if named is listeners:
            remove = RemoveRaftVoterRequest(cluster_id, voter_id, directory_id)
            answer = await broker.ask("remove_raft_voter", remove, 0)
            assert (answer.error_code, bool(answer.error_message)) == (code, True)

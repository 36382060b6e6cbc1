"""The keys of Kafka's APIs, and the facts of each that the protocol itself needs.

Versions are those of Apache Kafka 4.3: what a stock broker reads, and what it advertises, which
differ for Produce (KAFKA-18659: 0-2 are advertised and refused). None is advertised for APIs that
only controllers answer, and for telemetry, which needs a receiver.

Source: `org.apache.kafka.common.protocol.ApiKeys` and the ApiVersions answer of a 4.3.1 broker.
"""

from __future__ import annotations

import re
from enum import IntEnum
from importlib import import_module
from typing import NamedTuple

from wirekafka_protocol.schema import Message


class ApiKey(IntEnum):
    """The first int16 of a request. 4 to 7 were removed in Kafka 4.0 and are not listed."""

    PRODUCE = 0
    FETCH = 1
    LIST_OFFSETS = 2
    METADATA = 3
    OFFSET_COMMIT = 8
    OFFSET_FETCH = 9
    FIND_COORDINATOR = 10
    JOIN_GROUP = 11
    HEARTBEAT = 12
    LEAVE_GROUP = 13
    SYNC_GROUP = 14
    DESCRIBE_GROUPS = 15
    LIST_GROUPS = 16
    SASL_HANDSHAKE = 17
    API_VERSIONS = 18
    CREATE_TOPICS = 19
    DELETE_TOPICS = 20
    DELETE_RECORDS = 21
    INIT_PRODUCER_ID = 22
    OFFSET_FOR_LEADER_EPOCH = 23
    ADD_PARTITIONS_TO_TXN = 24
    ADD_OFFSETS_TO_TXN = 25
    END_TXN = 26
    WRITE_TXN_MARKERS = 27
    TXN_OFFSET_COMMIT = 28
    DESCRIBE_ACLS = 29
    CREATE_ACLS = 30
    DELETE_ACLS = 31
    DESCRIBE_CONFIGS = 32
    ALTER_CONFIGS = 33
    ALTER_REPLICA_LOG_DIRS = 34
    DESCRIBE_LOG_DIRS = 35
    SASL_AUTHENTICATE = 36
    CREATE_PARTITIONS = 37
    CREATE_DELEGATION_TOKEN = 38
    RENEW_DELEGATION_TOKEN = 39
    EXPIRE_DELEGATION_TOKEN = 40
    DESCRIBE_DELEGATION_TOKEN = 41
    DELETE_GROUPS = 42
    ELECT_LEADERS = 43
    INCREMENTAL_ALTER_CONFIGS = 44
    ALTER_PARTITION_REASSIGNMENTS = 45
    LIST_PARTITION_REASSIGNMENTS = 46
    OFFSET_DELETE = 47
    DESCRIBE_CLIENT_QUOTAS = 48
    ALTER_CLIENT_QUOTAS = 49
    DESCRIBE_USER_SCRAM_CREDENTIALS = 50
    ALTER_USER_SCRAM_CREDENTIALS = 51
    VOTE = 52
    BEGIN_QUORUM_EPOCH = 53
    END_QUORUM_EPOCH = 54
    DESCRIBE_QUORUM = 55
    ALTER_PARTITION = 56
    UPDATE_FEATURES = 57
    ENVELOPE = 58
    FETCH_SNAPSHOT = 59
    DESCRIBE_CLUSTER = 60
    DESCRIBE_PRODUCERS = 61
    BROKER_REGISTRATION = 62
    BROKER_HEARTBEAT = 63
    UNREGISTER_BROKER = 64
    DESCRIBE_TRANSACTIONS = 65
    LIST_TRANSACTIONS = 66
    ALLOCATE_PRODUCER_IDS = 67
    CONSUMER_GROUP_HEARTBEAT = 68
    CONSUMER_GROUP_DESCRIBE = 69
    CONTROLLER_REGISTRATION = 70
    GET_TELEMETRY_SUBSCRIPTIONS = 71
    PUSH_TELEMETRY = 72
    ASSIGN_REPLICAS_TO_DIRS = 73
    LIST_CONFIG_RESOURCES = 74
    DESCRIBE_TOPIC_PARTITIONS = 75
    SHARE_GROUP_HEARTBEAT = 76
    SHARE_GROUP_DESCRIBE = 77
    SHARE_FETCH = 78
    SHARE_ACKNOWLEDGE = 79
    ADD_RAFT_VOTER = 80
    REMOVE_RAFT_VOTER = 81
    UPDATE_RAFT_VOTER = 82
    INITIALIZE_SHARE_GROUP_STATE = 83
    READ_SHARE_GROUP_STATE = 84
    WRITE_SHARE_GROUP_STATE = 85
    DELETE_SHARE_GROUP_STATE = 86
    READ_SHARE_GROUP_STATE_SUMMARY = 87
    STREAMS_GROUP_HEARTBEAT = 88
    STREAMS_GROUP_DESCRIBE = 89
    DESCRIBE_SHARE_GROUP_OFFSETS = 90
    ALTER_SHARE_GROUP_OFFSETS = 91
    DELETE_SHARE_GROUP_OFFSETS = 92


class ApiFacts(NamedTuple):
    """`min_version` to `max_version` are readable, `advertised` is (lowest, highest) or None.

    `flexible_from` is the first version with the flexible request header, None if there is none.
    `forwarded` requests are decided by the controller; `cluster_action` ones are sent by brokers.
    """

    key: ApiKey
    name: str
    min_version: int
    max_version: int
    advertised: tuple[int, int] | None
    flexible_from: int | None
    cluster_action: bool
    forwarded: bool

    @property
    def module_name(self) -> str:
        """The module in `messages` that holds the request and the response."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.name).lower()


_FACTS = (
    # key, name, min, max, advertised, flexible from, cluster action, forwarded
    ApiFacts(ApiKey.PRODUCE, "Produce", 3, 13, (0, 13), 9, False, False),
    ApiFacts(ApiKey.FETCH, "Fetch", 4, 18, (4, 18), 12, False, False),
    ApiFacts(ApiKey.LIST_OFFSETS, "ListOffsets", 1, 11, (1, 11), 6, False, False),
    ApiFacts(ApiKey.METADATA, "Metadata", 0, 13, (0, 13), 9, False, False),
    ApiFacts(ApiKey.OFFSET_COMMIT, "OffsetCommit", 2, 10, (2, 10), 8, False, False),
    ApiFacts(ApiKey.OFFSET_FETCH, "OffsetFetch", 1, 10, (1, 10), 6, False, False),
    ApiFacts(ApiKey.FIND_COORDINATOR, "FindCoordinator", 0, 6, (0, 6), 3, False, False),
    ApiFacts(ApiKey.JOIN_GROUP, "JoinGroup", 0, 9, (0, 9), 6, False, False),
    ApiFacts(ApiKey.HEARTBEAT, "Heartbeat", 0, 4, (0, 4), 4, False, False),
    ApiFacts(ApiKey.LEAVE_GROUP, "LeaveGroup", 0, 5, (0, 5), 4, False, False),
    ApiFacts(ApiKey.SYNC_GROUP, "SyncGroup", 0, 5, (0, 5), 4, False, False),
    ApiFacts(ApiKey.DESCRIBE_GROUPS, "DescribeGroups", 0, 6, (0, 6), 5, False, False),
    ApiFacts(ApiKey.LIST_GROUPS, "ListGroups", 0, 5, (0, 5), 3, False, False),
    ApiFacts(ApiKey.SASL_HANDSHAKE, "SaslHandshake", 0, 1, (0, 1), None, False, False),
    ApiFacts(ApiKey.API_VERSIONS, "ApiVersions", 0, 4, (0, 4), 3, False, False),
    ApiFacts(ApiKey.CREATE_TOPICS, "CreateTopics", 2, 7, (2, 7), 5, False, True),
    ApiFacts(ApiKey.DELETE_TOPICS, "DeleteTopics", 1, 6, (1, 6), 4, False, True),
    ApiFacts(ApiKey.DELETE_RECORDS, "DeleteRecords", 0, 2, (0, 2), 2, False, False),
    ApiFacts(ApiKey.INIT_PRODUCER_ID, "InitProducerId", 0, 6, (0, 5), 2, False, False),
    ApiFacts(ApiKey.OFFSET_FOR_LEADER_EPOCH, "OffsetForLeaderEpoch", 2, 4, (2, 4), 4, False, False),
    ApiFacts(ApiKey.ADD_PARTITIONS_TO_TXN, "AddPartitionsToTxn", 0, 5, (0, 5), 3, False, False),
    ApiFacts(ApiKey.ADD_OFFSETS_TO_TXN, "AddOffsetsToTxn", 0, 4, (0, 4), 3, False, False),
    ApiFacts(ApiKey.END_TXN, "EndTxn", 0, 5, (0, 5), 3, False, False),
    ApiFacts(ApiKey.WRITE_TXN_MARKERS, "WriteTxnMarkers", 1, 2, (1, 2), 1, True, False),
    ApiFacts(ApiKey.TXN_OFFSET_COMMIT, "TxnOffsetCommit", 0, 5, (0, 5), 3, False, False),
    ApiFacts(ApiKey.DESCRIBE_ACLS, "DescribeAcls", 1, 3, (1, 3), 2, False, False),
    ApiFacts(ApiKey.CREATE_ACLS, "CreateAcls", 1, 3, (1, 3), 2, False, True),
    ApiFacts(ApiKey.DELETE_ACLS, "DeleteAcls", 1, 3, (1, 3), 2, False, True),
    ApiFacts(ApiKey.DESCRIBE_CONFIGS, "DescribeConfigs", 1, 4, (1, 4), 4, False, False),
    ApiFacts(ApiKey.ALTER_CONFIGS, "AlterConfigs", 0, 2, (0, 2), 2, False, True),
    ApiFacts(ApiKey.ALTER_REPLICA_LOG_DIRS, "AlterReplicaLogDirs", 1, 2, (1, 2), 2, False, False),
    ApiFacts(ApiKey.DESCRIBE_LOG_DIRS, "DescribeLogDirs", 1, 5, (1, 5), 2, False, False),
    ApiFacts(ApiKey.SASL_AUTHENTICATE, "SaslAuthenticate", 0, 2, (0, 2), 2, False, False),
    ApiFacts(ApiKey.CREATE_PARTITIONS, "CreatePartitions", 0, 3, (0, 3), 2, False, True),
    ApiFacts(ApiKey.CREATE_DELEGATION_TOKEN, "CreateDelegationToken", 1, 3, (1, 3), 2, False, True),
    ApiFacts(ApiKey.RENEW_DELEGATION_TOKEN, "RenewDelegationToken", 1, 2, (1, 2), 2, False, True),
    ApiFacts(ApiKey.EXPIRE_DELEGATION_TOKEN, "ExpireDelegationToken", 1, 2, (1, 2), 2, False, True),
    ApiFacts(
        ApiKey.DESCRIBE_DELEGATION_TOKEN, "DescribeDelegationToken", 1, 3, (1, 3), 2, False, False
    ),
    ApiFacts(ApiKey.DELETE_GROUPS, "DeleteGroups", 0, 2, (0, 2), 2, False, False),
    ApiFacts(ApiKey.ELECT_LEADERS, "ElectLeaders", 0, 2, (0, 2), 2, False, True),
    ApiFacts(
        ApiKey.INCREMENTAL_ALTER_CONFIGS, "IncrementalAlterConfigs", 0, 1, (0, 1), 1, False, True
    ),
    ApiFacts(
        ApiKey.ALTER_PARTITION_REASSIGNMENTS,
        "AlterPartitionReassignments",
        0,
        1,
        (0, 1),
        0,
        False,
        True,
    ),
    ApiFacts(
        ApiKey.LIST_PARTITION_REASSIGNMENTS,
        "ListPartitionReassignments",
        0,
        0,
        (0, 0),
        0,
        False,
        True,
    ),
    ApiFacts(ApiKey.OFFSET_DELETE, "OffsetDelete", 0, 0, (0, 0), None, False, False),
    ApiFacts(ApiKey.DESCRIBE_CLIENT_QUOTAS, "DescribeClientQuotas", 0, 1, (0, 1), 1, False, False),
    ApiFacts(ApiKey.ALTER_CLIENT_QUOTAS, "AlterClientQuotas", 0, 1, (0, 1), 1, False, True),
    ApiFacts(
        ApiKey.DESCRIBE_USER_SCRAM_CREDENTIALS,
        "DescribeUserScramCredentials",
        0,
        0,
        (0, 0),
        0,
        False,
        False,
    ),
    ApiFacts(
        ApiKey.ALTER_USER_SCRAM_CREDENTIALS,
        "AlterUserScramCredentials",
        0,
        0,
        (0, 0),
        0,
        False,
        True,
    ),
    ApiFacts(ApiKey.VOTE, "Vote", 0, 2, None, 0, True, False),
    ApiFacts(ApiKey.BEGIN_QUORUM_EPOCH, "BeginQuorumEpoch", 0, 1, None, 1, True, False),
    ApiFacts(ApiKey.END_QUORUM_EPOCH, "EndQuorumEpoch", 0, 1, None, 1, True, False),
    ApiFacts(ApiKey.DESCRIBE_QUORUM, "DescribeQuorum", 0, 2, (0, 2), 0, True, True),
    ApiFacts(ApiKey.ALTER_PARTITION, "AlterPartition", 2, 3, None, 0, True, False),
    ApiFacts(ApiKey.UPDATE_FEATURES, "UpdateFeatures", 0, 2, (0, 2), 0, True, True),
    ApiFacts(ApiKey.ENVELOPE, "Envelope", 0, 0, None, 0, True, False),
    ApiFacts(ApiKey.FETCH_SNAPSHOT, "FetchSnapshot", 0, 1, None, 0, False, False),
    ApiFacts(ApiKey.DESCRIBE_CLUSTER, "DescribeCluster", 0, 2, (0, 2), 0, False, False),
    ApiFacts(ApiKey.DESCRIBE_PRODUCERS, "DescribeProducers", 0, 0, (0, 0), 0, False, False),
    ApiFacts(ApiKey.BROKER_REGISTRATION, "BrokerRegistration", 0, 4, None, 0, True, False),
    ApiFacts(ApiKey.BROKER_HEARTBEAT, "BrokerHeartbeat", 0, 2, None, 0, True, False),
    ApiFacts(ApiKey.UNREGISTER_BROKER, "UnregisterBroker", 0, 0, (0, 0), 0, False, True),
    ApiFacts(ApiKey.DESCRIBE_TRANSACTIONS, "DescribeTransactions", 0, 0, (0, 0), 0, False, False),
    ApiFacts(ApiKey.LIST_TRANSACTIONS, "ListTransactions", 0, 2, (0, 2), 0, False, False),
    ApiFacts(ApiKey.ALLOCATE_PRODUCER_IDS, "AllocateProducerIds", 0, 0, None, 0, True, True),
    ApiFacts(
        ApiKey.CONSUMER_GROUP_HEARTBEAT, "ConsumerGroupHeartbeat", 0, 1, (0, 1), 0, False, False
    ),
    ApiFacts(
        ApiKey.CONSUMER_GROUP_DESCRIBE, "ConsumerGroupDescribe", 0, 1, (0, 1), 0, False, False
    ),
    ApiFacts(ApiKey.CONTROLLER_REGISTRATION, "ControllerRegistration", 0, 0, None, 0, False, False),
    ApiFacts(
        ApiKey.GET_TELEMETRY_SUBSCRIPTIONS, "GetTelemetrySubscriptions", 0, 0, None, 0, False, False
    ),
    ApiFacts(ApiKey.PUSH_TELEMETRY, "PushTelemetry", 0, 0, None, 0, False, False),
    ApiFacts(ApiKey.ASSIGN_REPLICAS_TO_DIRS, "AssignReplicasToDirs", 0, 0, None, 0, False, False),
    ApiFacts(ApiKey.LIST_CONFIG_RESOURCES, "ListConfigResources", 0, 1, (0, 1), 0, False, False),
    ApiFacts(
        ApiKey.DESCRIBE_TOPIC_PARTITIONS, "DescribeTopicPartitions", 0, 0, (0, 0), 0, False, False
    ),
    ApiFacts(ApiKey.SHARE_GROUP_HEARTBEAT, "ShareGroupHeartbeat", 1, 1, (1, 1), 0, False, False),
    ApiFacts(ApiKey.SHARE_GROUP_DESCRIBE, "ShareGroupDescribe", 1, 1, (1, 1), 0, False, False),
    ApiFacts(ApiKey.SHARE_FETCH, "ShareFetch", 1, 2, (1, 2), 0, False, False),
    ApiFacts(ApiKey.SHARE_ACKNOWLEDGE, "ShareAcknowledge", 1, 2, (1, 2), 0, False, False),
    ApiFacts(ApiKey.ADD_RAFT_VOTER, "AddRaftVoter", 0, 1, (0, 1), 0, False, True),
    ApiFacts(ApiKey.REMOVE_RAFT_VOTER, "RemoveRaftVoter", 0, 0, (0, 0), 0, False, True),
    ApiFacts(ApiKey.UPDATE_RAFT_VOTER, "UpdateRaftVoter", 0, 0, None, 0, False, False),
    ApiFacts(
        ApiKey.INITIALIZE_SHARE_GROUP_STATE,
        "InitializeShareGroupState",
        0,
        0,
        (0, 0),
        0,
        True,
        False,
    ),
    ApiFacts(ApiKey.READ_SHARE_GROUP_STATE, "ReadShareGroupState", 0, 0, (0, 0), 0, True, False),
    ApiFacts(ApiKey.WRITE_SHARE_GROUP_STATE, "WriteShareGroupState", 0, 1, (0, 1), 0, True, False),
    ApiFacts(
        ApiKey.DELETE_SHARE_GROUP_STATE, "DeleteShareGroupState", 0, 0, (0, 0), 0, True, False
    ),
    ApiFacts(
        ApiKey.READ_SHARE_GROUP_STATE_SUMMARY,
        "ReadShareGroupStateSummary",
        0,
        1,
        (0, 1),
        0,
        True,
        False,
    ),
    ApiFacts(
        ApiKey.STREAMS_GROUP_HEARTBEAT, "StreamsGroupHeartbeat", 0, 0, (0, 0), 0, False, False
    ),
    ApiFacts(ApiKey.STREAMS_GROUP_DESCRIBE, "StreamsGroupDescribe", 0, 0, (0, 0), 0, False, False),
    ApiFacts(
        ApiKey.DESCRIBE_SHARE_GROUP_OFFSETS,
        "DescribeShareGroupOffsets",
        0,
        1,
        (0, 1),
        0,
        False,
        False,
    ),
    ApiFacts(
        ApiKey.ALTER_SHARE_GROUP_OFFSETS, "AlterShareGroupOffsets", 0, 0, (0, 0), 0, False, False
    ),
    ApiFacts(
        ApiKey.DELETE_SHARE_GROUP_OFFSETS, "DeleteShareGroupOffsets", 0, 0, (0, 0), 0, False, False
    ),
)

API_FACTS: dict[ApiKey, ApiFacts] = {facts.key: facts for facts in _FACTS}

_NEVER = 1 << 15
_FLEXIBLE = {int(facts.key): facts.flexible_from for facts in _FACTS}
FIRST_FLEXIBLE: tuple[int, ...] = tuple(
    _NEVER if (first := _FLEXIBLE.get(key)) is None else first for key in range(max(ApiKey) + 1)
)
"""By key, the first version with the flexible header; 32768 for none and for removed keys."""


def request_class(key: ApiKey) -> type[Message]:
    """The class of the API's request; its module is imported on first use."""
    return _class(key, "Request")


def response_class(key: ApiKey) -> type[Message]:
    """The class of the API's response; its module is imported on first use."""
    return _class(key, "Response")


def _class(key: ApiKey, side: str) -> type[Message]:
    facts = API_FACTS[key]
    module = import_module(f"wirekafka_protocol.messages.{facts.module_name}")
    found: type[Message] = getattr(module, facts.name + side)
    return found

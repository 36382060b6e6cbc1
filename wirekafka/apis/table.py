"""The one table of the APIs that we answer: dispatch, ApiVersions and docs/apis.md come from it.

A line gives the key, Kafka's name, the lowest and highest version answered, the lowest version
advertised, and the module. What has no line is not advertised, and closes the connection when it
is asked for. Versions are those of Kafka 4.3 (facts: ApiKeys of the reference).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from wirekafka_protocol.codec import decoder, encoder


class Api:
    """One API as the broker serves it. Its module and codecs are loaded on first use."""

    __slots__ = (
        "_decoders",
        "_encoders",
        "_module",
        "advertised_min",
        "flexible_from",
        "key",
        "max_version",
        "min_version",
        "module_name",
        "name",
    )

    def __init__(
        self,
        key: int,
        name: str,
        min_version: int,
        max_version: int,
        flexible_from: int,
        module_name: str,
        advertised_min: int | None = None,
    ) -> None:
        self.key = key
        self.name = name
        self.min_version = min_version
        self.max_version = max_version
        self.flexible_from = flexible_from
        self.module_name = module_name
        self.advertised_min = min_version if advertised_min is None else advertised_min
        self._module: ModuleType | None = None
        self._decoders: dict[int, Callable[[Any, int, int], tuple[Any, int]]] = {}
        self._encoders: dict[int, Callable[[Any, bytearray], None]] = {}

    @property
    def module(self) -> Any:
        """The API's module, imported on first use."""
        if self._module is None:
            self._module = importlib.import_module(f"wirekafka.apis.{self.module_name}")
        return self._module

    def decoder(self, version: int) -> Callable[[Any, int, int], tuple[Any, int]]:
        """The request's decoder, compiled on first use."""
        found = self._decoders.get(version)
        if found is None:
            found = self._decoders[version] = decoder(self.module.REQUEST, version)
        return found

    def encode(self, version: int, response: Any, out: bytearray) -> None:
        """Append the response's body to `out`."""
        found = self._encoders.get(version)
        if found is None:
            found = self._encoders[version] = encoder(type(response), version)
        found(response, out)


NEVER_FLEXIBLE = 1 << 15

APIS: tuple[Api, ...] = (
    # Advertised from 0: librdkafka takes a higher minimum for "cannot produce" (KAFKA-18659).
    Api(0, "Produce", 3, 13, 9, "produce", advertised_min=0),
    Api(1, "Fetch", 4, 18, 12, "fetch"),
    Api(2, "ListOffsets", 1, 11, 6, "list_offsets"),
    Api(3, "Metadata", 0, 13, 9, "metadata"),
    Api(8, "OffsetCommit", 2, 10, 8, "offset_commit"),
    Api(9, "OffsetFetch", 1, 10, 6, "offset_fetch"),
    Api(10, "FindCoordinator", 0, 6, 3, "find_coordinator"),
    Api(11, "JoinGroup", 0, 9, 6, "join_group"),
    Api(12, "Heartbeat", 0, 4, 4, "heartbeat"),
    Api(13, "LeaveGroup", 0, 5, 4, "leave_group"),
    Api(14, "SyncGroup", 0, 5, 4, "sync_group"),
    Api(15, "DescribeGroups", 0, 6, 5, "describe_groups"),
    Api(16, "ListGroups", 0, 5, 3, "list_groups"),
    Api(17, "SaslHandshake", 0, 1, NEVER_FLEXIBLE, "sasl_handshake"),
    Api(18, "ApiVersions", 0, 4, 3, "api_versions"),
    Api(19, "CreateTopics", 2, 7, 5, "create_topics"),
    Api(20, "DeleteTopics", 1, 6, 4, "delete_topics"),
    Api(21, "DeleteRecords", 0, 2, 2, "delete_records"),
    Api(22, "InitProducerId", 0, 5, 2, "init_producer_id"),
    Api(23, "OffsetForLeaderEpoch", 2, 4, 4, "offset_for_leader_epoch"),
    Api(24, "AddPartitionsToTxn", 0, 5, 3, "add_partitions_to_txn"),
    Api(25, "AddOffsetsToTxn", 0, 4, 3, "add_offsets_to_txn"),
    Api(26, "EndTxn", 0, 5, 3, "end_txn"),
    Api(27, "WriteTxnMarkers", 1, 2, 1, "write_txn_markers"),
    Api(28, "TxnOffsetCommit", 0, 5, 3, "txn_offset_commit"),
    Api(29, "DescribeAcls", 1, 3, 2, "describe_acls"),
    Api(30, "CreateAcls", 1, 3, 2, "create_acls"),
    Api(31, "DeleteAcls", 1, 3, 2, "delete_acls"),
    Api(32, "DescribeConfigs", 1, 4, 4, "describe_configs"),
    Api(33, "AlterConfigs", 0, 2, 2, "alter_configs"),
    Api(34, "AlterReplicaLogDirs", 1, 2, 2, "alter_replica_log_dirs"),
    Api(35, "DescribeLogDirs", 1, 5, 2, "describe_log_dirs"),
    Api(36, "SaslAuthenticate", 0, 2, 2, "sasl_authenticate"),
    Api(37, "CreatePartitions", 0, 3, 2, "create_partitions"),
    Api(38, "CreateDelegationToken", 1, 3, 2, "create_delegation_token"),
    Api(39, "RenewDelegationToken", 1, 2, 2, "renew_delegation_token"),
    Api(40, "ExpireDelegationToken", 1, 2, 2, "expire_delegation_token"),
    Api(41, "DescribeDelegationToken", 1, 3, 2, "describe_delegation_token"),
    Api(42, "DeleteGroups", 0, 2, 2, "delete_groups"),
    Api(43, "ElectLeaders", 0, 2, 2, "elect_leaders"),
    Api(44, "IncrementalAlterConfigs", 0, 1, 1, "incremental_alter_configs"),
    Api(45, "AlterPartitionReassignments", 0, 1, 0, "alter_partition_reassignments"),
    Api(46, "ListPartitionReassignments", 0, 0, 0, "list_partition_reassignments"),
    Api(47, "OffsetDelete", 0, 0, NEVER_FLEXIBLE, "offset_delete"),
    Api(48, "DescribeClientQuotas", 0, 1, 1, "describe_client_quotas"),
    Api(49, "AlterClientQuotas", 0, 1, 1, "alter_client_quotas"),
    Api(50, "DescribeUserScramCredentials", 0, 0, 0, "describe_user_scram_credentials"),
    Api(51, "AlterUserScramCredentials", 0, 0, 0, "alter_user_scram_credentials"),
    Api(55, "DescribeQuorum", 0, 2, 0, "describe_quorum"),
    Api(57, "UpdateFeatures", 0, 2, 0, "update_features"),
    Api(60, "DescribeCluster", 0, 2, 0, "describe_cluster"),
    Api(61, "DescribeProducers", 0, 0, 0, "describe_producers"),
    Api(64, "UnregisterBroker", 0, 0, 0, "unregister_broker"),
    Api(65, "DescribeTransactions", 0, 0, 0, "describe_transactions"),
    Api(66, "ListTransactions", 0, 2, 0, "list_transactions"),
    Api(68, "ConsumerGroupHeartbeat", 0, 1, 0, "consumer_group_heartbeat"),
    Api(69, "ConsumerGroupDescribe", 0, 1, 0, "consumer_group_describe"),
    Api(74, "ListConfigResources", 0, 1, 0, "list_config_resources"),
    Api(75, "DescribeTopicPartitions", 0, 0, 0, "describe_topic_partitions"),
    Api(80, "AddRaftVoter", 0, 1, 0, "add_raft_voter"),
    Api(81, "RemoveRaftVoter", 0, 0, 0, "remove_raft_voter"),
)

BY_KEY: dict[int, Api] = {api.key: api for api in APIS}

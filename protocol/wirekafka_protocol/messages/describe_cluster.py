"""The messages of DescribeCluster, API key 60.

Cluster id, controller and brokers (KIP-700). 1 can ask for controllers (KIP-919); 2 shows fenced
brokers (KIP-1073).

Generated from schemas/describe_cluster.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class DescribeClusterRequest(Message):
    """Versions 0-2, all flexible."""

    __slots__ = ("endpoint_type", "include_cluster_authorized_operations", "include_fenced_brokers")

    KEY = 60
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("include_cluster_authorized_operations", "bool", False),
        Field("endpoint_type", "int8", 1, versions=VersionRange(1)),
        Field("include_fenced_brokers", "bool", False, versions=VersionRange(2)),
    )

    def __init__(
        self,
        include_cluster_authorized_operations: bool = False,
        endpoint_type: int = 1,
        include_fenced_brokers: bool = False,
    ) -> None:
        self.include_cluster_authorized_operations = include_cluster_authorized_operations
        self.endpoint_type = endpoint_type
        self.include_fenced_brokers = include_fenced_brokers


class DescribeClusterBroker(Struct):
    __slots__ = ("broker_id", "host", "is_fenced", "port", "rack")

    FIELDS = (
        Field("broker_id", "int32", 0),
        Field("host", "string", ""),
        Field("port", "int32", 0),
        Field("rack", "string", None, nullable=ALWAYS),
        Field("is_fenced", "bool", False, versions=VersionRange(2)),
    )

    def __init__(
        self,
        broker_id: int = 0,
        host: str = "",
        port: int = 0,
        rack: str | None = None,
        is_fenced: bool = False,
    ) -> None:
        self.broker_id = broker_id
        self.host = host
        self.port = port
        self.rack = rack
        self.is_fenced = is_fenced


class DescribeClusterResponse(Message):
    """Versions 0-2, all flexible."""

    __slots__ = (
        "brokers",
        "cluster_authorized_operations",
        "cluster_id",
        "controller_id",
        "endpoint_type",
        "error_code",
        "error_message",
        "throttle_time_ms",
    )

    KEY = 60
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", None, nullable=ALWAYS),
        Field("endpoint_type", "int8", 1, versions=VersionRange(1)),
        Field("cluster_id", "string", ""),
        Field("controller_id", "int32", -1),
        Field("brokers", "struct", (), struct=DescribeClusterBroker, is_array=True),
        Field("cluster_authorized_operations", "int32", -2147483648),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = None,
        endpoint_type: int = 1,
        cluster_id: str = "",
        controller_id: int = -1,
        brokers: list[DescribeClusterBroker] = EMPTY,
        cluster_authorized_operations: int = -2147483648,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.endpoint_type = endpoint_type
        self.cluster_id = cluster_id
        self.controller_id = controller_id
        self.brokers: list[DescribeClusterBroker] = [] if brokers is EMPTY else brokers
        self.cluster_authorized_operations = cluster_authorized_operations

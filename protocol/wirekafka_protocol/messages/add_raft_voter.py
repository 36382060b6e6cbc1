"""The messages of AddRaftVoter, API key 80.

Makes a controller a voter of the metadata quorum (KIP-853). 1 can answer before it is committed.

Generated from schemas/add_raft_voter.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class Listener(Struct):
    __slots__ = ("host", "name", "port")

    FIELDS = (
        Field("name", "string", ""),
        Field("host", "string", ""),
        Field("port", "uint16", 0),
    )

    def __init__(self, name: str = "", host: str = "", port: int = 0) -> None:
        self.name = name
        self.host = host
        self.port = port


class AddRaftVoterRequest(Message):
    """Versions 0-1, all flexible."""

    __slots__ = (
        "ack_when_committed",
        "cluster_id",
        "listeners",
        "timeout_ms",
        "voter_directory_id",
        "voter_id",
    )

    KEY = 80
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("cluster_id", "string", "", nullable=ALWAYS),
        Field("timeout_ms", "int32", 0),
        Field("voter_id", "int32", 0),
        Field("voter_directory_id", "uuid", ZERO_UUID),
        Field("listeners", "struct", (), struct=Listener, is_array=True),
        Field("ack_when_committed", "bool", True, versions=VersionRange(1)),
    )

    def __init__(
        self,
        cluster_id: str | None = "",
        timeout_ms: int = 0,
        voter_id: int = 0,
        voter_directory_id: bytes = ZERO_UUID,
        listeners: list[Listener] = EMPTY,
        ack_when_committed: bool = True,
    ) -> None:
        self.cluster_id = cluster_id
        self.timeout_ms = timeout_ms
        self.voter_id = voter_id
        self.voter_directory_id = voter_directory_id
        self.listeners: list[Listener] = [] if listeners is EMPTY else listeners
        self.ack_when_committed = ack_when_committed


class AddRaftVoterResponse(Message):
    """Versions 0-1, all flexible."""

    __slots__ = ("error_code", "error_message", "throttle_time_ms")

    KEY = 80
    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
    )

    def __init__(
        self, throttle_time_ms: int = 0, error_code: int = 0, error_message: str | None = ""
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message

"""The messages of RemoveRaftVoter, API key 81.

Takes a controller out of the voters of the metadata quorum (KIP-853).

Generated from schemas/remove_raft_voter.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, Field, Message, VersionRange
from wirekafka_protocol.uuids import ZERO_UUID


class RemoveRaftVoterRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("cluster_id", "voter_directory_id", "voter_id")

    KEY = 81
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("cluster_id", "string", "", nullable=ALWAYS),
        Field("voter_id", "int32", 0),
        Field("voter_directory_id", "uuid", ZERO_UUID),
    )

    def __init__(
        self, cluster_id: str | None = "", voter_id: int = 0, voter_directory_id: bytes = ZERO_UUID
    ) -> None:
        self.cluster_id = cluster_id
        self.voter_id = voter_id
        self.voter_directory_id = voter_directory_id


class RemoveRaftVoterResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("error_code", "error_message", "throttle_time_ms")

    KEY = 81
    VERSIONS = VersionRange(0, 0)
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

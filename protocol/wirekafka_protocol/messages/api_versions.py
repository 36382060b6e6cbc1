"""The messages of ApiVersions, API key 18.

What the broker answers and in which versions: the first request of nearly every client. 3 adds the
client's software (KIP-511) and cluster features (KIP-584); 4 lists features from level 0.

Generated from schemas/api_versions.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import EMPTY, Field, Message, Struct, VersionRange


class ApiVersionsRequest(Message):
    """Versions 0-4, flexible from 3."""

    __slots__ = ("client_software_name", "client_software_version")

    KEY = 18
    VERSIONS = VersionRange(0, 4)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("client_software_name", "string", "", versions=VersionRange(3)),
        Field("client_software_version", "string", "", versions=VersionRange(3)),
    )

    def __init__(self, client_software_name: str = "", client_software_version: str = "") -> None:
        self.client_software_name = client_software_name
        self.client_software_version = client_software_version


class ApiVersion(Struct):
    __slots__ = ("api_key", "max_version", "min_version")

    FIELDS = (
        Field("api_key", "int16", 0),
        Field("min_version", "int16", 0),
        Field("max_version", "int16", 0),
    )

    def __init__(self, api_key: int = 0, min_version: int = 0, max_version: int = 0) -> None:
        self.api_key = api_key
        self.min_version = min_version
        self.max_version = max_version


class SupportedFeatureKey(Struct):
    __slots__ = ("max_version", "min_version", "name")

    FIELDS = (
        Field("name", "string", ""),
        Field("min_version", "int16", 0),
        Field("max_version", "int16", 0),
    )

    def __init__(self, name: str = "", min_version: int = 0, max_version: int = 0) -> None:
        self.name = name
        self.min_version = min_version
        self.max_version = max_version


class FinalizedFeatureKey(Struct):
    __slots__ = ("max_version_level", "min_version_level", "name")

    FIELDS = (
        Field("name", "string", ""),
        Field("max_version_level", "int16", 0),
        Field("min_version_level", "int16", 0),
    )

    def __init__(
        self, name: str = "", max_version_level: int = 0, min_version_level: int = 0
    ) -> None:
        self.name = name
        self.max_version_level = max_version_level
        self.min_version_level = min_version_level


class ApiVersionsResponse(Message):
    """Versions 0-4, flexible from 3."""

    __slots__ = (
        "api_keys",
        "error_code",
        "finalized_features",
        "finalized_features_epoch",
        "supported_features",
        "throttle_time_ms",
        "zk_migration_ready",
    )

    KEY = 18
    VERSIONS = VersionRange(0, 4)
    FLEXIBLE = VersionRange(3)
    FIELDS = (
        Field("error_code", "int16", 0),
        Field("api_keys", "struct", (), struct=ApiVersion, is_array=True),
        Field("throttle_time_ms", "int32", 0, versions=VersionRange(1)),
        Field(
            "supported_features",
            "struct",
            (),
            struct=SupportedFeatureKey,
            is_array=True,
            versions=VersionRange(3),
            tag=0,
            tagged=VersionRange(3),
        ),
        Field(
            "finalized_features_epoch",
            "int64",
            -1,
            versions=VersionRange(3),
            tag=1,
            tagged=VersionRange(3),
        ),
        Field(
            "finalized_features",
            "struct",
            (),
            struct=FinalizedFeatureKey,
            is_array=True,
            versions=VersionRange(3),
            tag=2,
            tagged=VersionRange(3),
        ),
        Field(
            "zk_migration_ready",
            "bool",
            False,
            versions=VersionRange(3),
            tag=3,
            tagged=VersionRange(3),
        ),
    )

    def __init__(
        self,
        error_code: int = 0,
        api_keys: list[ApiVersion] = EMPTY,
        throttle_time_ms: int = 0,
        supported_features: list[SupportedFeatureKey] = EMPTY,
        finalized_features_epoch: int = -1,
        finalized_features: list[FinalizedFeatureKey] = EMPTY,
        zk_migration_ready: bool = False,
    ) -> None:
        self.error_code = error_code
        self.api_keys: list[ApiVersion] = [] if api_keys is EMPTY else api_keys
        self.throttle_time_ms = throttle_time_ms
        self.supported_features: list[SupportedFeatureKey] = (
            [] if supported_features is EMPTY else supported_features
        )
        self.finalized_features_epoch = finalized_features_epoch
        self.finalized_features: list[FinalizedFeatureKey] = (
            [] if finalized_features is EMPTY else finalized_features
        )
        self.zk_migration_ready = zk_migration_ready

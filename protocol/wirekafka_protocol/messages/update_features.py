"""The messages of UpdateFeatures, API key 57.

Raises or lowers the finalized level of cluster features (KIP-584). 1 has dry runs and unsafe
downgrades (KIP-778); 2 answers for all features at once.

Generated from schemas/update_features.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class FeatureUpdateKey(Struct):
    __slots__ = ("allow_downgrade", "feature", "max_version_level", "upgrade_type")

    FIELDS = (
        Field("feature", "string", ""),
        Field("max_version_level", "int16", 0),
        Field("allow_downgrade", "bool", False, versions=VersionRange(0, 0)),
        Field("upgrade_type", "int8", 1, versions=VersionRange(1)),
    )

    def __init__(
        self,
        feature: str = "",
        max_version_level: int = 0,
        allow_downgrade: bool = False,
        upgrade_type: int = 1,
    ) -> None:
        self.feature = feature
        self.max_version_level = max_version_level
        self.allow_downgrade = allow_downgrade
        self.upgrade_type = upgrade_type


class UpdateFeaturesRequest(Message):
    """Versions 0-2, all flexible."""

    __slots__ = ("feature_updates", "timeout_ms", "validate_only")

    KEY = 57
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("timeout_ms", "int32", 60000),
        Field("feature_updates", "struct", (), struct=FeatureUpdateKey, is_array=True),
        Field("validate_only", "bool", False, versions=VersionRange(1)),
    )

    def __init__(
        self,
        timeout_ms: int = 60000,
        feature_updates: list[FeatureUpdateKey] = EMPTY,
        validate_only: bool = False,
    ) -> None:
        self.timeout_ms = timeout_ms
        self.feature_updates: list[FeatureUpdateKey] = (
            [] if feature_updates is EMPTY else feature_updates
        )
        self.validate_only = validate_only


class UpdatableFeatureResult(Struct):
    __slots__ = ("error_code", "error_message", "feature")

    FIELDS = (
        Field("feature", "string", ""),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
    )

    def __init__(
        self, feature: str = "", error_code: int = 0, error_message: str | None = ""
    ) -> None:
        self.feature = feature
        self.error_code = error_code
        self.error_message = error_message


class UpdateFeaturesResponse(Message):
    """Versions 0-2, all flexible."""

    __slots__ = ("error_code", "error_message", "results", "throttle_time_ms")

    KEY = 57
    VERSIONS = VersionRange(0, 2)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field(
            "results",
            "struct",
            (),
            struct=UpdatableFeatureResult,
            is_array=True,
            versions=VersionRange(0, 1),
        ),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        results: list[UpdatableFeatureResult] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.results: list[UpdatableFeatureResult] = [] if results is EMPTY else results

"""The messages of DescribeUserScramCredentials, API key 50.

Which SCRAM mechanisms users have, without secrets; null means all users (KIP-554).

Generated from schemas/describe_user_scram_credentials.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class UserName(Struct):
    __slots__ = ("name",)

    FIELDS = (
        Field("name", "string", ""),
    )

    def __init__(self, name: str = "") -> None:
        self.name = name


class DescribeUserScramCredentialsRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("users",)

    KEY = 50
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("users", "struct", (), struct=UserName, is_array=True, nullable=ALWAYS),
    )

    def __init__(self, users: list[UserName] | None = EMPTY) -> None:
        self.users: list[UserName] | None = [] if users is EMPTY else users


class CredentialInfo(Struct):
    __slots__ = ("iterations", "mechanism")

    FIELDS = (
        Field("mechanism", "int8", 0),
        Field("iterations", "int32", 0),
    )

    def __init__(self, mechanism: int = 0, iterations: int = 0) -> None:
        self.mechanism = mechanism
        self.iterations = iterations


class DescribeUserScramCredentialsResult(Struct):
    __slots__ = ("credential_infos", "error_code", "error_message", "user")

    FIELDS = (
        Field("user", "string", ""),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field("credential_infos", "struct", (), struct=CredentialInfo, is_array=True),
    )

    def __init__(
        self,
        user: str = "",
        error_code: int = 0,
        error_message: str | None = "",
        credential_infos: list[CredentialInfo] = EMPTY,
    ) -> None:
        self.user = user
        self.error_code = error_code
        self.error_message = error_message
        self.credential_infos: list[CredentialInfo] = (
            [] if credential_infos is EMPTY else credential_infos
        )


class DescribeUserScramCredentialsResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("error_code", "error_message", "results", "throttle_time_ms")

    KEY = 50
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
        Field("results", "struct", (), struct=DescribeUserScramCredentialsResult, is_array=True),
    )

    def __init__(
        self,
        throttle_time_ms: int = 0,
        error_code: int = 0,
        error_message: str | None = "",
        results: list[DescribeUserScramCredentialsResult] = EMPTY,
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.error_code = error_code
        self.error_message = error_message
        self.results: list[DescribeUserScramCredentialsResult] = [] if results is EMPTY else results

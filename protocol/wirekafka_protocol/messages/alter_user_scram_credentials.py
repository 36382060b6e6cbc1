"""The messages of AlterUserScramCredentials, API key 51.

Sets and deletes SCRAM credentials; the client salts the password itself (KIP-554).

Generated from schemas/alter_user_scram_credentials.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, EMPTY, Field, Message, Struct, VersionRange


class ScramCredentialDeletion(Struct):
    __slots__ = ("mechanism", "name")

    FIELDS = (
        Field("name", "string", ""),
        Field("mechanism", "int8", 0),
    )

    def __init__(self, name: str = "", mechanism: int = 0) -> None:
        self.name = name
        self.mechanism = mechanism


class ScramCredentialUpsertion(Struct):
    __slots__ = ("iterations", "mechanism", "name", "salt", "salted_password")

    FIELDS = (
        Field("name", "string", ""),
        Field("mechanism", "int8", 0),
        Field("iterations", "int32", 0),
        Field("salt", "bytes", b""),
        Field("salted_password", "bytes", b""),
    )

    def __init__(
        self,
        name: str = "",
        mechanism: int = 0,
        iterations: int = 0,
        salt: bytes = b"",
        salted_password: bytes = b"",
    ) -> None:
        self.name = name
        self.mechanism = mechanism
        self.iterations = iterations
        self.salt = salt
        self.salted_password = salted_password


class AlterUserScramCredentialsRequest(Message):
    """Versions 0, all flexible."""

    __slots__ = ("deletions", "upsertions")

    KEY = 51
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("deletions", "struct", (), struct=ScramCredentialDeletion, is_array=True),
        Field("upsertions", "struct", (), struct=ScramCredentialUpsertion, is_array=True),
    )

    def __init__(
        self,
        deletions: list[ScramCredentialDeletion] = EMPTY,
        upsertions: list[ScramCredentialUpsertion] = EMPTY,
    ) -> None:
        self.deletions: list[ScramCredentialDeletion] = [] if deletions is EMPTY else deletions
        self.upsertions: list[ScramCredentialUpsertion] = [] if upsertions is EMPTY else upsertions


class AlterUserScramCredentialsResult(Struct):
    __slots__ = ("error_code", "error_message", "user")

    FIELDS = (
        Field("user", "string", ""),
        Field("error_code", "int16", 0),
        Field("error_message", "string", "", nullable=ALWAYS),
    )

    def __init__(self, user: str = "", error_code: int = 0, error_message: str | None = "") -> None:
        self.user = user
        self.error_code = error_code
        self.error_message = error_message


class AlterUserScramCredentialsResponse(Message):
    """Versions 0, all flexible."""

    __slots__ = ("results", "throttle_time_ms")

    KEY = 51
    VERSIONS = VersionRange(0, 0)
    FLEXIBLE = ALWAYS
    FIELDS = (
        Field("throttle_time_ms", "int32", 0),
        Field("results", "struct", (), struct=AlterUserScramCredentialsResult, is_array=True),
    )

    def __init__(
        self, throttle_time_ms: int = 0, results: list[AlterUserScramCredentialsResult] = EMPTY
    ) -> None:
        self.throttle_time_ms = throttle_time_ms
        self.results: list[AlterUserScramCredentialsResult] = [] if results is EMPTY else results

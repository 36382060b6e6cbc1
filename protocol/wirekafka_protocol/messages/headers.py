"""RequestHeader, ResponseHeader.

The first bytes of every frame. A response header is flexible when its API version is, except for
ApiVersions, whose answer must be readable by a client that knows nothing yet (KIP-482, KIP-511).

Generated from schemas/headers.schema by bin/generate: do not edit.
"""

from __future__ import annotations

from wirekafka_protocol.schema import ALWAYS, Field, Message, VersionRange


class RequestHeader(Message):
    """Versions 1-2, flexible from 2.

    Version 1 is the fixed layout, 2 the flexible one. The client id keeps its 16-bit length in
    both, so that a broker can read it without knowing the API version.
    """

    __slots__ = ("client_id", "correlation_id", "request_api_key", "request_api_version")

    VERSIONS = VersionRange(1, 2)
    FLEXIBLE = VersionRange(2)
    FIELDS = (
        Field("request_api_key", "int16", 0),
        Field("request_api_version", "int16", 0),
        Field("correlation_id", "int32", 0),
        Field("client_id", "string", "", nullable=ALWAYS, always_fixed=True),
    )

    def __init__(
        self,
        request_api_key: int = 0,
        request_api_version: int = 0,
        correlation_id: int = 0,
        client_id: str | None = "",
    ) -> None:
        self.request_api_key = request_api_key
        self.request_api_version = request_api_version
        self.correlation_id = correlation_id
        self.client_id = client_id


class ResponseHeader(Message):
    """Versions 0-1, flexible from 1."""

    __slots__ = ("correlation_id",)

    VERSIONS = VersionRange(0, 1)
    FLEXIBLE = VersionRange(1)
    FIELDS = (
        Field("correlation_id", "int32", 0),
    )

    def __init__(self, correlation_id: int = 0) -> None:
        self.correlation_id = correlation_id

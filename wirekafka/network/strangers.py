"""Names what knocked on a Kafka port without speaking Kafka, for the log line that helps."""

from __future__ import annotations

_HTTP_VERBS = (b"GET ", b"POST", b"PUT ", b"HEAD", b"DELE", b"OPTI", b"PATC", b"CONN")


def describe(first: bytes) -> str | None:
    """What the first bytes of a connection look like, and what to change; None if unknown."""
    if first[:2] == b"\x16\x03":
        return (
            "a TLS handshake on a plaintext listener: set security.protocol=PLAINTEXT at the client"
        )
    if first[:4] in _HTTP_VERBS:
        return "an HTTP request: this port speaks the Kafka protocol"
    if first[:4] == b"SSH-":
        return "an SSH client: this port speaks the Kafka protocol"
    if first[:4] == b"PRI ":
        return "HTTP/2 (gRPC?): this port speaks the Kafka protocol"
    return None

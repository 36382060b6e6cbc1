"""Names what knocked on a Kafka port without speaking Kafka, for the log line that helps."""

from __future__ import annotations

TLS = "TLS"
HTTP = "HTTP"
SSH = "SSH"
HTTP_2 = "HTTP/2"

_HTTP_VERBS = (b"GET ", b"POST", b"PUT ", b"HEAD", b"DELE", b"OPTI", b"PATC", b"CONN")
_TEXTS = {
    TLS: "a TLS handshake on a plaintext listener: set security.protocol=PLAINTEXT at the client",
    HTTP: "an HTTP request: this port speaks the Kafka protocol",
    SSH: "an SSH client: this port speaks the Kafka protocol",
    HTTP_2: "HTTP/2 (gRPC?): this port speaks the Kafka protocol",
}


def stranger(first: bytes) -> str | None:
    """The protocol that a connection's first bytes belong to; None if unknown."""
    if first[:2] == b"\x16\x03":
        return TLS
    if first[:4] in _HTTP_VERBS:
        return HTTP
    if first[:4] == b"SSH-":
        return SSH
    if first[:4] == b"PRI ":
        return HTTP_2
    return None


def describe(first: bytes) -> str | None:
    """What the first bytes of a connection look like, and what to change; None if unknown."""
    kind = stranger(first)
    return None if kind is None else _TEXTS[kind]

"""Names what knocked on a Kafka port without speaking Kafka, for the log line that helps.

Most protocols begin with a text, which is far too large for a frame's size. PostgreSQL's first
message has the shape of a Kafka frame and is shorter than it says, because its size counts itself:
unrecognized, both sides would wait for each other.
"""

from __future__ import annotations

TLS = "TLS"
HTTP = "HTTP"

FIRST_BYTES = 16
"""As many are enough to tell."""

_HTTP_VERBS = (b"GET ", b"POST", b"PUT ", b"HEAD", b"DELE", b"OPTI", b"PATC", b"CONN", b"TRAC")

_BEGINNINGS = (
    (b"\x16\x03", TLS),
    *((verb, HTTP) for verb in _HTTP_VERBS),
    (b"PRI * HT", "HTTP/2"),
    (b"SSH-", "SSH"),
    (b"PROXY ", "PROXY protocol"),
    (b"\r\n\r\n\0\r\nQUIT\n", "PROXY protocol"),
    (b"AMQP", "AMQP"),
    (b"PING\r\n", "Redis"),
    (b"HELLO ", "Redis"),
    (b"AUTH ", "Redis"),
    (b"EHLO ", "SMTP"),
    (b"HELO ", "SMTP"),
    *((b"\0\0\0\x08\x04\xd2\x16" + bytes([asks]), "PostgreSQL") for asks in (0x2E, 0x2F, 0x30)),
)
"""PostgreSQL's: a request to cancel, for TLS, for GSSAPI."""

_POSTGRESQL_3 = b"\0\x03\0\0user\0"
"""Behind the size. Read as Kafka it would be Metadata 0 with the correlation id "user"."""

_ADVICE = {
    TLS: "a TLS handshake on a plaintext listener: set security.protocol=PLAINTEXT at the client",
    HTTP: "an HTTP request: this port speaks the Kafka protocol",
    "HTTP/2": "HTTP/2 (gRPC?): this port speaks the Kafka protocol",
    "PROXY protocol": "the PROXY protocol: a load balancer must pass connections on as they are",
}


def stranger(first: bytes) -> str | None:
    """The protocol that a connection's first bytes belong to; None if unknown."""
    for beginning, kind in _BEGINNINGS:
        if first.startswith(beginning):
            return kind
    if first[4:].startswith(_POSTGRESQL_3):
        return "PostgreSQL"
    if first[:1] == b"*" and first[1:2].isdigit() and b"\r\n$" in first:
        return "Redis"
    if first[:1] == b"\x10" and b"\0\x04MQTT" in first:
        return "MQTT"
    return None


def describe(first: bytes) -> str | None:
    """What the first bytes of a connection look like, and what to change; None if unknown."""
    kind = stranger(first)
    if kind is None:
        return None
    return _ADVICE.get(kind, f"a client of {kind}: this port speaks the Kafka protocol")

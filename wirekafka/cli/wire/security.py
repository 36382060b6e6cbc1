"""How a command's connections are protected: TLS and SASL, from the properties of Java clients.

Stores are PEM files. SASL mechanisms are PLAIN and SCRAM-SHA-256/512 (RFC 4616, RFC 5802); Kafka's
others need a ticket or a token server and are refused with a word.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wirekafka.cli.output import CommandError

_CREDENTIAL = re.compile(r'\b(username|password)\s*=\s*"([^"]*)"')
_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_DIGESTS = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}
MECHANISMS = ("PLAIN", *_DIGESTS)

Step = Callable[[bytes], bytes]
"""Sends the client's token to the broker and returns the broker's."""


@dataclass(frozen=True, slots=True)
class Security:
    """What a connection does before its first request; `mechanism` is None without SASL."""

    tls: ssl.SSLContext | None = None
    mechanism: str | None = None
    username: str = ""
    password: str = ""


def security_of(properties: Mapping[str, str]) -> Security:
    """The security that client properties describe; raises CommandError."""
    protocol = properties.get("security.protocol", "PLAINTEXT").strip().upper()
    if protocol not in _PROTOCOLS:
        raise CommandError(f"security.protocol {protocol} is not one of {', '.join(_PROTOCOLS)}")
    tls = _tls(properties) if protocol.endswith("SSL") else None
    if not protocol.startswith("SASL"):
        return Security(tls)
    mechanism = properties.get("sasl.mechanism", "GSSAPI").strip()
    if mechanism not in MECHANISMS:
        raise CommandError(f"sasl.mechanism {mechanism} is not one of {', '.join(MECHANISMS)}")
    found = dict(_CREDENTIAL.findall(properties.get("sasl.jaas.config", "")))
    if found.keys() != {"username", "password"}:
        raise CommandError("sasl.jaas.config has no username and password")
    return Security(tls, mechanism, found["username"], found["password"])


def exchange(security: Security, step: Step) -> None:
    """The SASL conversation; raises CommandError when the broker cannot prove who it is."""
    if security.mechanism == "PLAIN":
        step(f"\0{security.username}\0{security.password}".encode())
        return
    assert security.mechanism is not None
    _scram(security, _DIGESTS[security.mechanism], step)


def salted_password(digest: str, password: str, salt: bytes, iterations: int) -> bytes:
    """Hi(password, salt, iterations) of RFC 5802; `digest` is hashlib's name."""
    return hashlib.pbkdf2_hmac(digest, password.encode(), salt, iterations)


def _scram(security: Security, digest: str, step: Step) -> None:
    name = security.username.replace("=", "=3D").replace(",", "=2C")
    nonce = base64.b64encode(os.urandom(18)).decode()
    first = f"n={name},r={nonce}"
    challenge = step(f"n,,{first}".encode()).decode()
    parts = dict(part.split("=", 1) for part in challenge.split(",") if "=" in part)
    if not parts.get("r", "").startswith(nonce) or not parts.get("i", "").isdecimal():
        raise CommandError("the broker's SCRAM challenge is not an answer to ours")
    salted = salted_password(
        digest, security.password, base64.b64decode(parts["s"]), int(parts["i"])
    )
    last = f"c=biws,r={parts['r']}"
    signed = f"{first},{challenge},{last}".encode()
    client_key = hmac.digest(salted, b"Client Key", digest)
    stored_key = hashlib.new(digest, client_key).digest()
    signature = hmac.digest(stored_key, signed, digest)
    proof = bytes(one ^ other for one, other in zip(client_key, signature, strict=True))
    final = step(f"{last},p={base64.b64encode(proof).decode()}".encode())
    server_key = hmac.digest(salted, b"Server Key", digest)
    expected = b"v=" + base64.b64encode(hmac.digest(server_key, signed, digest))
    if not hmac.compare_digest(final.split(b",")[0], expected):
        raise CommandError("the broker does not know the password that it asks for")


def _tls(properties: Mapping[str, str]) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=properties.get("ssl.truststore.location"))
        # Java's default is "https"; an empty value turns the check off (KAFKA-4835).
        if properties.get("ssl.endpoint.identification.algorithm", "https") == "":
            context.check_hostname = False
        if certificate := properties.get("ssl.keystore.location"):
            context.load_cert_chain(certificate, password=properties.get("ssl.key.password"))
    except (OSError, ssl.SSLError) as error:
        raise CommandError(f"TLS: {error}; stores are read as PEM files") from None
    return context

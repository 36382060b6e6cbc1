"""The client's side of SASL against a server of the test's own, and the properties for it."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.security import Security, exchange, salted_password, security_of

JAAS = 'org.apache.kafka.Login required username="u" password="p=1,x";'


class ScramServer:
    """The broker's side of RFC 5802, which knows one password."""

    def __init__(self, digest: str, password: str) -> None:
        self.digest = digest
        self.salt = b"salt of the test"
        self.salted = salted_password(digest, password, self.salt, 4096)
        self.steps: list[str] = []

    def step(self, token: bytes) -> bytes:
        text = token.decode()
        if not self.steps:
            self.steps.append(text.removeprefix("n,,"))
            nonce = text.rpartition("r=")[2]
            challenge = f"r={nonce}server,s={base64.b64encode(self.salt).decode()},i=4096"
            self.steps.append(challenge)
            return challenge.encode()
        without_proof, _, proof = text.rpartition(",p=")
        signed = ",".join([*self.steps, without_proof]).encode()
        client_key = hmac.digest(self.salted, b"Client Key", self.digest)
        stored = hashlib.new(self.digest, client_key).digest()
        signature = hmac.digest(stored, signed, self.digest)
        found = bytes(a ^ b for a, b in zip(base64.b64decode(proof), signature, strict=True))
        if found != client_key:
            raise CommandError("wrong password")
        server_key = hmac.digest(self.salted, b"Server Key", self.digest)
        return b"v=" + base64.b64encode(hmac.digest(server_key, signed, self.digest))


@pytest.mark.parametrize(
    ("mechanism", "digest"), [("SCRAM-SHA-256", "sha256"), ("SCRAM-SHA-512", "sha512")]
)
def test_scram_proves_the_password_to_both_sides(mechanism: str, digest: str) -> None:
    server = ScramServer(digest, "p")
    exchange(Security(None, mechanism, "a,b=c", "p"), server.step)
    assert server.steps[0].startswith("n=a=2Cb=3Dc,r=")


def test_scram_with_a_wrong_password_is_refused() -> None:
    with pytest.raises(CommandError, match="wrong password"):
        exchange(Security(None, "SCRAM-SHA-256", "u", "q"), ScramServer("sha256", "p").step)


def test_a_broker_that_does_not_know_the_password_is_refused() -> None:
    server = ScramServer("sha256", "p")

    def step(token: bytes) -> bytes:
        answer = server.step(token)
        return b"v=" + base64.b64encode(b"x") if answer.startswith(b"v=") else answer

    with pytest.raises(CommandError, match="does not know the password"):
        exchange(Security(None, "SCRAM-SHA-256", "u", "p"), step)


def test_a_challenge_to_another_nonce_is_refused() -> None:
    with pytest.raises(CommandError, match="not an answer to ours"):
        exchange(Security(None, "SCRAM-SHA-256", "u", "p"), lambda token: b"r=other,s=YQ==,i=4096")


def test_plain_sends_name_and_password() -> None:
    sent = []

    def step(token: bytes) -> bytes:
        sent.append(token)
        return b""

    exchange(Security(None, "PLAIN", "u", "p"), step)
    assert sent == [b"\0u\0p"]


def test_properties_of_java_clients() -> None:
    given = {
        "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.jaas.config": JAAS
    }  # fmt: skip
    assert security_of({}) == Security()
    assert security_of(given) == Security(None, "PLAIN", "u", "p=1,x")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"security.protocol": "TLS"}, "security.protocol TLS is not one of"),
        ({"security.protocol": "SASL_PLAINTEXT"}, "sasl.mechanism GSSAPI is not one of"),
        (
            {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"},
            "no username and password",
        ),
        ({"security.protocol": "SSL", "ssl.truststore.location": "/no/such"}, "TLS: "),
    ],
)
def test_properties_refused(given: dict[str, str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        security_of(given)

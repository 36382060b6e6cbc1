"""SCRAM credentials as the metadata keep them, and the rules for changing them (KIP-554).

What is stored is what a login needs: salt, iterations, and the stored key and server key that are
made of the salted password (RFC 5802, section 3); the password cannot be had from them, and the
salted password, which is as good as one, is not kept. A user has one credential per mechanism:

    scram/SCRAM-SHA-256/alice      {"iterations": 4096, "salt": "…", …} in hexadecimal digits

Source: `ScramControlManager`, `ScramImage.describe`, `ScramFormatter` of Kafka 4.3.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.model import encode_json
from wirekafka.metadata.plan import MAX_RECORDS_PER_REQUEST, Plan, Write

MIN_ITERATIONS = 4096
"""RFC 5802 and `ScramMechanism.minIterations`."""

MAX_ITERATIONS = 16384
"""`ScramControlManager.MAX_ITERATIONS`: more would make every login slow."""


class ScramMechanism(IntEnum):
    """The mechanisms, by their number on the wire."""

    SCRAM_SHA_256 = 1
    SCRAM_SHA_512 = 2

    @property
    def mechanism_name(self) -> str:
        """The name that SASL knows."""
        return self.name.replace("_", "-")

    @property
    def hash_name(self) -> str:
        """The name that hashlib knows."""
        return self.name.removeprefix("SCRAM_").replace("_", "").lower()


@dataclass(slots=True, frozen=True)
class ScramCredential:
    """How a user proves to know a password; never shown to a client."""

    iterations: int
    salt: bytes
    stored_key: bytes
    server_key: bytes

    def __repr__(self) -> str:
        return "ScramCredential(…)"


_MECHANISMS = frozenset(mechanism.value for mechanism in ScramMechanism)

CredentialKey = tuple[str, ScramMechanism]
ScramCredentials = Mapping[CredentialKey, ScramCredential]


@dataclass(slots=True, frozen=True)
class Deletion:
    """A credential to delete; the mechanism as the client gave it."""

    user: str
    mechanism: int


@dataclass(slots=True, frozen=True)
class Upsertion:
    """A credential to set; the mechanism as the client gave it."""

    user: str
    mechanism: int
    iterations: int
    salt: bytes
    salted_password: bytes


def credential_key(key: CredentialKey) -> bytes:
    """Where a credential is kept."""
    return b"%s%s/%s" % (keys.SCRAM, key[1].mechanism_name.encode(), key[0].encode())


def parse_credential_key(key: bytes) -> CredentialKey:
    """The opposite of credential_key."""
    mechanism, _, user = key[len(keys.SCRAM) :].decode().partition("/")
    return user, ScramMechanism[mechanism.replace("-", "_")]


def encode_credential(credential: ScramCredential) -> bytes:
    """Iterations, and the bytes as hexadecimal digits."""
    return encode_json(
        {
            "iterations": credential.iterations,
            "salt": credential.salt.hex(),
            "stored_key": credential.stored_key.hex(),
            "server_key": credential.server_key.hex(),
        }
    )


def decode_credential(value: bytes) -> ScramCredential:
    """The opposite of encode_credential."""
    fields = json.loads(value)
    return ScramCredential(
        fields["iterations"],
        bytes.fromhex(fields["salt"]),
        bytes.fromhex(fields["stored_key"]),
        bytes.fromhex(fields["server_key"]),
    )


def credential_of(upsertion: Upsertion) -> ScramCredential:
    """What is kept of a salted password."""
    algorithm = ScramMechanism(upsertion.mechanism).hash_name
    password = upsertion.salted_password
    client_key = hmac.digest(password, b"Client Key", algorithm)
    return ScramCredential(
        upsertion.iterations,
        upsertion.salt,
        hashlib.new(algorithm, client_key).digest(),
        hmac.digest(password, b"Server Key", algorithm),
    )


def alter_credentials(
    credentials: ScramCredentials, deletions: Sequence[Deletion], upsertions: Sequence[Upsertion]
) -> Plan[dict[str, ApiError | None]]:
    """One outcome per user. A user may be named once, whatever the mechanism.

    Raises ApiError(UNKNOWN_SERVER_ERROR), as Kafka answers, when they are too many together.
    """
    failed: dict[str, ApiError] = {}
    good: dict[str, Deletion | Upsertion] = {}
    changes: list[Deletion | Upsertion] = [*deletions, *upsertions]
    for change in changes:
        user = change.user
        if user in failed:
            continue
        if good.pop(user, None) is not None:
            text = "A user credential cannot be altered twice in the same request"
            failed[user] = ApiError(ErrorCode.DUPLICATE_RESOURCE, text)
            continue
        try:
            _check(credentials, change)
        except ApiError as error:
            failed[user] = error
        else:
            good[user] = change
    if len(good) > MAX_RECORDS_PER_REQUEST:
        text = f"More than {MAX_RECORDS_PER_REQUEST} changes. Spread them over several requests."
        raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR, text)
    plan: Plan[dict[str, ApiError | None]] = Plan({**dict.fromkeys(good), **failed})
    for user, change in good.items():
        value = None
        if isinstance(change, Upsertion):
            value = encode_credential(credential_of(change))
        key = credential_key((user, ScramMechanism(change.mechanism)))
        plan.steps.append((Write(key, value),))
    return plan


def _check(credentials: ScramCredentials, change: Deletion | Upsertion) -> None:
    if not change.user:
        raise ApiError(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Username must not be empty")
    if change.mechanism not in _MECHANISMS:
        raise ApiError(ErrorCode.UNSUPPORTED_SASL_MECHANISM, "Unknown SCRAM mechanism")
    if isinstance(change, Deletion):
        if (change.user, ScramMechanism(change.mechanism)) not in credentials:
            text = "Attempt to delete a user credential that does not exist"
            raise ApiError(ErrorCode.RESOURCE_NOT_FOUND, text)
    elif change.iterations < MIN_ITERATIONS:
        raise ApiError(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Too few iterations")
    elif change.iterations > MAX_ITERATIONS:
        raise ApiError(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Too many iterations")
    elif not change.salted_password:
        text = "The salted password must not be empty"
        raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR, text)  # as Java's cryptography refuses it


def describe_credentials(
    credentials: ScramCredentials, users: Sequence[str]
) -> dict[str, list[tuple[ScramMechanism, int]] | ApiError]:
    """Mechanisms and iterations by user, of all users when none is named."""
    mechanisms: dict[str, list[tuple[ScramMechanism, int]]] = {}
    for (user, mechanism), credential in sorted(credentials.items(), key=lambda item: item[0]):
        mechanisms.setdefault(user, []).append((mechanism, credential.iterations))
    if not users:
        return dict(mechanisms)
    return {user: _described(mechanisms, user, times) for user, times in Counter(users).items()}


def _described(
    mechanisms: Mapping[str, list[tuple[ScramMechanism, int]]], user: str, times: int
) -> list[tuple[ScramMechanism, int]] | ApiError:
    if times > 1:
        text = "Cannot describe SCRAM credentials for the same user twice in a single request: "
        return ApiError(ErrorCode.DUPLICATE_RESOURCE, text + user)
    if user not in mechanisms:
        text = "Attempt to describe a user credential that does not exist: "
        return ApiError(ErrorCode.RESOURCE_NOT_FOUND, text + user)
    return mechanisms[user]

"""SCRAM credentials of users for `wirekafka configs` (KIP-554).

The password is salted here and never sent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from wirekafka_protocol.errors import ErrorCode
from wirekafka_protocol.messages.alter_user_scram_credentials import (
    AlterUserScramCredentialsRequest,
    AlterUserScramCredentialsResponse,
    ScramCredentialDeletion,
    ScramCredentialUpsertion,
)
from wirekafka_protocol.messages.describe_user_scram_credentials import (
    DescribeUserScramCredentialsRequest,
    DescribeUserScramCredentialsResponse,
    UserName,
)

from wirekafka.cli.output import CommandError
from wirekafka.cli.wire.cluster import Cluster
from wirekafka.cli.wire.fault_texts import exception_text, fault
from wirekafka.cli.wire.security import salted_password

MECHANISMS = {"SCRAM-SHA-256": 1, "SCRAM-SHA-512": 2}

_NAMES = {number: name for name, number in MECHANISMS.items()}
_DIGESTS = {1: "sha256", 2: "sha512"}
_LEAST_ITERATIONS = 4096  # also the default; the broker refuses less
_SALT_BYTES = 16
_CREDENTIAL = re.compile(r"(?:iterations=(-?[0-9]*),)?password=(.*)")


def describe(cluster: Cluster, user: str | None) -> dict[str, dict[str, int]]:
    """Iterations by mechanism and user, of all users for None; unknown users are left out."""
    users = None if user is None else [UserName(user)]
    request = DescribeUserScramCredentialsRequest(users)
    answer = cluster.ask(request, DescribeUserScramCredentialsResponse)
    if answer.error_code:
        raise CommandError(fault(answer.error_code, answer.error_message))
    found = {}
    for result in sorted(answer.results, key=lambda one: one.user):
        if result.error_code == ErrorCode.RESOURCE_NOT_FOUND:
            continue
        if result.error_code:
            raise CommandError(
                f"Error retrieving SCRAM credential configs for user-principal '{result.user}': "
                f"{exception_text(result.error_code, result.error_message)}"
            )
        found[result.user] = {
            _NAMES.get(info.mechanism, "UNKNOWN"): info.iterations
            for info in sorted(result.credential_infos, key=lambda info: info.mechanism)
        }
    return found


def alter(cluster: Cluster, user: str, added: Mapping[str, str], deleted: Sequence[str]) -> None:
    """Set credentials of "iterations=8192,password=…", and delete them, by mechanism."""
    upsertions = []
    for name, text in added.items():
        mechanism = MECHANISMS[name]
        iterations, password = parse_credential(name, text)
        salt = os.urandom(_SALT_BYTES)
        salted = salted_password(_DIGESTS[mechanism], password, salt, iterations)
        upsertions.append(ScramCredentialUpsertion(user, mechanism, iterations, salt, salted))
    deletions = [ScramCredentialDeletion(user, MECHANISMS[name]) for name in deleted]
    request = AlterUserScramCredentialsRequest(deletions, upsertions)
    for result in cluster.ask(request, AlterUserScramCredentialsResponse).results:
        if result.error_code:
            raise CommandError(fault(result.error_code, result.error_message))


def parse_credential(mechanism: str, text: str) -> tuple[int, str]:
    """Iterations and password; raises CommandError."""
    found = _CREDENTIAL.fullmatch(text)
    if found is None:
        # Kafka shows the mechanism by the name of its constant here.
        constant = mechanism.replace("-", "_")
        raise CommandError(f"Invalid credential property {constant}={text}")
    iterations = _LEAST_ITERATIONS
    if found[1] not in (None, "", "-1"):
        iterations = int(found[1])
    if iterations < _LEAST_ITERATIONS:
        raise CommandError(
            f"Iterations {iterations} is less than the minimum {_LEAST_ITERATIONS} required for "
            f"{mechanism}"
        )
    return iterations, found[2]

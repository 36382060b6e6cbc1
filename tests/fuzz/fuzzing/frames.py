"""Request frames for every API key and version: some valid, most damaged, always repeatable.

A frame is made of an intact request header and a random body of that version (for versions that do
not exist: of the nearest one), then one kind of damage is done. All sizes are small, so a run costs
time, not memory. No request is sent that could take the broker out of service.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from fuzzing.catalogue import Api
from fuzzing.mutations import deleted, flipped, huge_length, inserted
from fuzzing.values import Vocabulary, random_message
from wirekafka_protocol.codec import encode
from wirekafka_protocol.messages.headers import RequestHeader

API_KEYS = range(101)
VERSIONS_BEYOND = 2
"""How many versions above the highest one of an API are tried, too."""

DAMAGES = (
    "intact",
    "truncated",
    "flipped",
    "huge length",
    "header",
    "deleted",
    "inserted",
    "empty",
    "appended",
)

UNPARSABLE = frozenset(("truncated", "empty"))

DISABLING_KEYS = frozenset(
    (
        80,  # AddRaftVoter: a voter that does not exist ends the quorum
        81,  # RemoveRaftVoter
    )
)
"""Only sent in a form that cannot be parsed."""

DELICATE_KEYS = frozenset(
    (
        49,  # AlterClientQuotas: a quota for everybody slows the witness down
        57,  # UpdateFeatures: switches off what the next keys are about
        64,  # UnregisterBroker: may name the broker itself
    )
)
"""Sent in that form, or valid and made of harmless words: damage could make others of them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One request without its size: what it was made for, and its bytes as they are sent."""

    api_key: int
    version: int
    damage: str
    payload: bytes

    def sent_header(self) -> tuple[int, int, int] | None:
        """(api key, version, correlation id) as the broker reads them; None if cut off."""
        if len(self.payload) < 8:
            return None
        api_key, version, correlation_id = struct.unpack_from(">hhi", self.payload)
        return api_key, version, correlation_id


def frames(
    api_key: int, api: Api | None, words: Vocabulary, *, seed: int, count: int
) -> Iterator[Frame]:
    """`count` frames for each version from 0 to beyond the highest."""
    highest = api.request.VERSIONS.last if api is not None else 1
    for version in range(highest + VERSIONS_BEYOND + 1):
        chance = random.Random(f"{seed} {api_key} {version}")
        for number in range(count):
            damage = DAMAGES[number % len(DAMAGES)]
            header, body = request(api_key, api, version, chance, words)
            payload = _damaged(header, body, damage, chance)
            frame = Frame(api_key, version, damage, payload)
            if not _disables(frame):
                yield frame


def request(
    api_key: int, api: Api | None, version: int, chance: random.Random, words: Vocabulary
) -> tuple[bytes, bytes]:
    """Header and body of a valid request; of the nearest version where there is no such one."""
    flexible = api.is_flexible(version) if api is not None else chance.random() < 0.5
    header = RequestHeader(
        request_api_key=api_key,
        request_api_version=version,
        correlation_id=chance.randrange(1 << 31),
        client_id=chance.choice((None, "", "fuzz")),
    )
    if api is None:
        body = chance.randbytes(chance.randrange(64))
    else:
        known = min(max(version, api.request.VERSIONS.first), api.request.VERSIONS.last)
        body = encode(random_message(api.request, known, chance, words), known)
    return encode(header, 2 if flexible else 1), body


def _damaged(header: bytes, body: bytes, damage: str, chance: random.Random) -> bytes:
    match damage:
        case "truncated":
            return header + body[: chance.randrange(len(body)) if body else 0]
        case "flipped":
            return header + flipped(body, chance)
        case "huge length":
            return header + huge_length(body, chance)
        case "header":
            return flipped(header, chance) + body
        case "deleted":
            return header + deleted(body, chance)
        case "inserted":
            return header + inserted(body, chance)
        case "empty":
            return header
        case "appended":
            return header + body + chance.randbytes(8)
    return header + body


def _disables(frame: Frame) -> bool:
    """Whether the broker could take this frame for a request that ends its service."""
    sent = frame.sent_header()
    if sent is None or sent[0] not in DISABLING_KEYS | DELICATE_KEYS:
        return False
    if sent[0] != frame.api_key:
        return True
    harmless = sent[0] in DELICATE_KEYS and frame.damage in ("intact", "appended")
    return not harmless and frame.damage not in UNPARSABLE

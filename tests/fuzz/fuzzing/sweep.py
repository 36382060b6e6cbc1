"""Every request whole, byte by byte, and cut off at each of its bytes.

Random damage rarely cuts a request just behind a length or inside a number. Here one valid request
of every version is sent in one piece, in pieces of a byte, and in all its truncations, each in a
frame whose size is right, so that the decoder sees an end where it expects more.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from fuzzing.catalogue import Api
from fuzzing.frames import DISABLING_KEYS, Frame, request
from fuzzing.values import Vocabulary

LONGEST_BYTES = 600
"""Of longer requests only so many truncations are sent, evenly spread."""

WHOLE, BY_BYTE, CUT = "whole", "byte by byte", "truncated"


def sweep(api: Api, words: Vocabulary, *, seed: int) -> Iterator[Frame]:
    """The frames for every version of one API."""
    for version in range(api.request.VERSIONS.first, api.request.VERSIONS.last + 1):
        chance = random.Random(f"sweep {seed} {api.key} {version}")
        header, body = request(api.key, api, version, chance, words)
        payload = header + body
        if api.key not in DISABLING_KEYS:
            yield Frame(api.key, version, WHOLE, payload)
            yield Frame(api.key, version, BY_BYTE, payload)
        step = -(-len(payload) // LONGEST_BYTES)
        for end in range(0, len(payload), step):
            yield Frame(api.key, version, CUT, payload[:end])

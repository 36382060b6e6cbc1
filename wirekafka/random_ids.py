"""New ids of topics, clusters and members, in Kafka's form.

None begins with a minus sign: in a command line it would be taken for a flag. Source: Kafka's
`Uuid.randomUuid`.
"""

from __future__ import annotations

import secrets

from wirekafka_protocol.uuids import uuid_text

_MINUS = 62
"""Its number in URL-safe base64; a text's first character is the six highest bits."""


def random_uuid() -> bytes:
    """16 random bytes whose text form does not begin with a minus."""
    while True:
        raw = secrets.token_bytes(16)
        if raw[0] >> 2 != _MINUS:
            return raw


def random_uuid_text() -> str:
    """The same as 22 characters."""
    return uuid_text(random_uuid())

"""Which names a topic may have (Kafka's `Topic` class).

Metrics of Kafka turned '.' into '_', so two topics whose names differ only in that collide.
"""

from __future__ import annotations

import re

from wirekafka_protocol.errors import ApiError, ErrorCode

MAX_NAME_LENGTH = 249
"""A log folder is named topic-partition and may become …-<uuid>-delete; file names end at 255."""

CLUSTER_METADATA_TOPIC = "__cluster_metadata"
"""The log of a KRaft quorum; nobody may create it."""

_LEGAL = re.compile(r"[a-zA-Z0-9._-]+\Z")


def validate_topic_name(name: str) -> None:
    """Raises ApiError(INVALID_TOPIC_EXCEPTION) with Kafka's text for a name no topic may have."""
    if fault := _fault(name):
        raise ApiError(ErrorCode.INVALID_TOPIC_EXCEPTION, f"Topic name is invalid: {fault}")


def collision_key(name: str) -> str | None:
    """The form shared by all names that collide with `name`; None when none can."""
    return name.replace(".", "_") if "." in name or "_" in name else None


def _fault(name: str) -> str | None:
    if not name:
        return "the empty string is not allowed"
    if name in (".", ".."):
        return f"'{name}' is not allowed"
    if len(name) > MAX_NAME_LENGTH:
        return f"the length of '{name}' is longer than the max allowed length {MAX_NAME_LENGTH}"
    if not _LEGAL.match(name):
        return (
            f"'{name}' contains one or more characters other than "
            "ASCII alphanumerics, '.', '_' and '-'"
        )
    return None

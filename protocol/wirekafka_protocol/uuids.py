"""Kafka's ids of topics and directories: 16 raw bytes, written as 22 characters for people.

The text is URL-safe base64 without its padding (`org.apache.kafka.common.Uuid`). Random ids are
made by whoever holds a source of chance; this package has none.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

ZERO_UUID = bytes(16)
"""No id: the value of an unset uuid field."""

ONE_UUID = bytes(15) + b"\1"
"""Reserved by Kafka: names the topic of cluster metadata."""

_TEXT_LENGTH = 22


def uuid_text(raw: bytes) -> str:
    """The id of 16 bytes in Kafka's text form."""
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def uuid_from_text(text: str) -> bytes:
    """The 16 bytes behind the text form; ValueError if it is not one."""
    if len(text) != _TEXT_LENGTH:
        raise ValueError(f"uuid {text!r} has {len(text)} characters instead of {_TEXT_LENGTH}")
    try:
        raw = urlsafe_b64decode(text + "==")
    except ValueError:
        raise ValueError(f"uuid {text!r} is not URL-safe base64") from None
    if len(raw) != len(ZERO_UUID):
        raise ValueError(f"uuid {text!r} holds characters outside of URL-safe base64")
    return raw

"""The consumer protocol that is embedded in the classic one: what members say in JoinGroup and are
told in SyncGroup. A group coordinator reads and writes it only where classic and new members meet.

Both messages are an int16 version, then the message. A version above ours is read as our highest,
which is how newer clients write it.

Source: Kafka's `ConsumerProtocol` (deserializeVersion, deserializeConsumerProtocolSubscription, …).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from wirekafka_protocol.codec import decoder, encoder
from wirekafka_protocol.errors import ProtocolError
from wirekafka_protocol.messages.consumer_protocol import (
    ConsumerProtocolAssignment,
    ConsumerProtocolSubscription,
    TopicPartition,
)

HIGHEST_VERSION = 3

_VERSION_BYTES = 2

M = TypeVar("M", ConsumerProtocolAssignment, ConsumerProtocolSubscription)


def version_of(data: bytes) -> int:
    """The version in which we can read it. Raises ProtocolError if there is none."""
    if len(data) < _VERSION_BYTES:
        raise ProtocolError(f"consumer protocol of {len(data)} bytes has no version")
    version = int.from_bytes(data[:_VERSION_BYTES], "big", signed=True)
    if version < 0:
        raise ProtocolError(f"consumer protocol of version {version}")
    return min(version, HIGHEST_VERSION)


def read_subscription(metadata: bytes) -> ConsumerProtocolSubscription:
    """What a member is subscribed to. Raises ProtocolError."""
    return _read(ConsumerProtocolSubscription, metadata)


def read_assignment(assignment: bytes) -> ConsumerProtocolAssignment:
    """What the leader of a classic group gave a member. Raises ProtocolError."""
    return _read(ConsumerProtocolAssignment, assignment)


def write_assignment(partitions: Mapping[str, list[int]], version: int) -> bytes:
    """`partitions` by topic name; `version` is the one in which the member spoke."""
    message = ConsumerProtocolAssignment(
        [TopicPartition(topic, indexes) for topic, indexes in partitions.items()]
    )
    out = bytearray(version.to_bytes(_VERSION_BYTES, "big"))
    encoder(ConsumerProtocolAssignment, version)(message, out)
    return bytes(out)


def _read(message: type[M], data: bytes) -> M:
    read, _ = decoder(message, version_of(data))(data, _VERSION_BYTES, len(data))
    return read

"""The short way for the most frequent request of a cluster at rest: a heartbeat that says nothing.

A client sends the same bytes again and again, but for the correlation id, and gets the same answer
as long as nothing has changed. Its connection keeps the last such request with its answer. When the
same comes again, alone in its read, nothing is decoded or decided: the coordinator's side
(group/settled.py, consumer_group/settled.py) looks whether the member is still settled and prolongs
its session.

Every doubt leads to the way of all others through dispatch.py: another byte, any change of the
metadata, quotas (the request would have to be counted), a fault that somebody ordered, a log of
requests. That way leaves the next answer to keep; not where the broker has a control port, for
whoever asks there what clients said is to hear all of it.

A heartbeat finds nothing in the processor's caches, for it is seconds since anything of it was
needed; so what counts is not how long this takes in a loop, but how few objects it touches.
"""

from __future__ import annotations

import logging
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from wirekafka.broker import Broker

logger = logging.getLogger("wirekafka.apis")

_CORRELATION_AT, _CORRELATION_END = 8, 12
"""In the frame of a request, its size included."""

_SHARED_BYTES = 8
"""The beginning of a frame, or all that follows the correlation id in the classic answer."""

_SIZE = struct.Struct(">i")

_ANSWERED_AT, _ANSWERED_END = 4, 8
"""The correlation id in the frame of an answer."""


@lru_cache(maxsize=64)
def _known(part: bytes) -> bytes:
    return part


def _shared(part: bytes) -> bytes:
    """The same object for equal parts that name nobody: another heartbeat has touched it lately."""
    return _known(part) if len(part) <= _SHARED_BYTES else part


class Settled(Protocol):
    """A member of a group, as long as it is settled."""

    def beats(self) -> bool:
        """Prolong its session; False, and nothing has happened, if that must be decided anew."""


class SettledHeartbeat:
    """A request and its answer, both as whole frames with their sizes."""

    __slots__ = (
        "_answer_head",
        "_answer_tail",
        "_broker",
        "_head",
        "_member",
        "_revision",
        "_size",
        "_tail",
    )

    def __init__(
        self, broker: Broker, member: Settled, request: memoryview, answer: bytearray
    ) -> None:
        """`request` is without its size."""
        self._broker = broker
        # Not the image: a connection that falls silent must not keep that of long ago. The configs
        # of the broker and of groups, too, change with the metadata only.
        self._revision = broker.metadata_revision
        self._member = member
        whole = _SIZE.pack(len(request)) + request
        self._size = len(whole)
        self._head = _shared(whole[:_CORRELATION_AT])
        self._tail = whole[_CORRELATION_END:]
        self._answer_head = _shared(bytes(answer[:_ANSWERED_AT]))
        self._answer_tail = _shared(bytes(answer[_ANSWERED_END:]))

    def answer(self, read: bytearray, size: int) -> bytes | None:
        """The answer to what was read; None if that must take the way of all others."""
        broker = self._broker
        if (
            size != self._size
            or not read.startswith(self._tail, _CORRELATION_END)
            or not read.startswith(self._head)
            or broker.metadata_revision != self._revision
            or broker.dispatcher.is_special
            or logger.isEnabledFor(logging.DEBUG)
            or not self._member.beats()
        ):
            return None
        correlation_id = read[_CORRELATION_AT:_CORRELATION_END]
        return b"".join((self._answer_head, correlation_id, self._answer_tail))

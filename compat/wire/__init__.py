"""What scenarios import: the broker's wire, bodies of requests, record batches."""

from .batches import (
    CONTROL,
    GZIP,
    LOG_APPEND_TIME,
    LZ4,
    NONE,
    SNAPPY,
    TRANSACTIONAL,
    ZSTD,
    Batch,
    batch,
    now,
    old_message,
    packed,
    read_batches,
)
from .bodies import commit, committed, create_topics, fetch, join, list_offsets, produce
from .broker import NoAnswerError, Wire
from .codec import ZERO_UUID, Codec, Message, uvarint, zigzag
from .connection import CLOSED, SILENCE, Connection, header

__all__ = [
    "CLOSED",
    "CONTROL",
    "GZIP",
    "LOG_APPEND_TIME",
    "LZ4",
    "NONE",
    "SILENCE",
    "SNAPPY",
    "TRANSACTIONAL",
    "ZERO_UUID",
    "ZSTD",
    "Batch",
    "Codec",
    "Connection",
    "Message",
    "NoAnswerError",
    "Wire",
    "batch",
    "commit",
    "committed",
    "create_topics",
    "fetch",
    "header",
    "join",
    "list_offsets",
    "now",
    "old_message",
    "packed",
    "produce",
    "read_batches",
    "uvarint",
    "zigzag",
]

"""Compressed bytes without their end, in a batch that is otherwise whole, are refused."""

import gzip

import zstandard

from compat.wire import GZIP, ZSTD, Wire, batch, packed, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for kind, pack in ((GZIP, _half_gzip), (ZSTD, _half_zstd)):
        plain = batch(bytes(range(200)), b"b", attributes=kind)
        broker.ask("Produce", 9, **produce(topic, packed(plain, "cut to a half", pack)))


def _half_gzip(body: bytes) -> bytes:
    whole = gzip.compress(body)
    return whole[: len(whole) // 2]


def _half_zstd(body: bytes) -> bytes:
    whole = zstandard.ZstdCompressor().compress(body)
    return whole[: len(whole) // 2]

"""Compressed bytes without their end, in a batch that is otherwise whole, are refused."""

import gzip

import zstandard

from compat.wire import GZIP, ZSTD, Wire, batch, packed, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for kind, pack in ((GZIP, gzip.compress), (ZSTD, zstandard.ZstdCompressor().compress)):
        plain = batch(bytes(range(200)), b"b", attributes=kind)
        records = packed(plain, "cut to a half", lambda body, p=pack: p(body)[: len(p(body)) // 2])
        broker.ask("Produce", 9, **produce(topic, records))

"""A batch in snappy's Java framing may have several blocks."""

import struct

import cramjam

from compat.wire import SNAPPY, Wire, batch, fetch, packed, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    plain = batch(b"a" * 50, b"b" * 50, attributes=SNAPPY)
    broker.ask("Produce", 9, **produce(topic, packed(plain, "blocks of 20 bytes", _blocks)))
    broker.ask("Fetch", 12, **fetch((topic, 0)))


def _blocks(body: bytes) -> bytes:
    out = b"\x82SNAPPY\0" + struct.pack(">ii", 1, 1)
    for start in range(0, len(body), 20):
        block = bytes(cramjam.snappy.compress_raw(body[start : start + 20]))
        out += struct.pack(">i", len(block)) + block
    return out

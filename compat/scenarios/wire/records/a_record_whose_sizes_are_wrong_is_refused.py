"""A record with a key, value or header size beyond the record is refused."""

from compat.wire import Batch, Wire, batch, packed, produce, zigzag

TAILS = {
    "key of 99 bytes": zigzag(99) + zigzag(1) + b"x" + zigzag(0),
    "value of 99 bytes": zigzag(-1) + zigzag(99) + b"x" + zigzag(0),
    "value of -2 bytes": zigzag(-1) + zigzag(-2) + zigzag(0),
    "-1 headers": zigzag(-1) + zigzag(1) + b"x" + zigzag(-1),
    "99 headers": zigzag(-1) + zigzag(1) + b"x" + zigzag(99),
    "null header name": zigzag(-1) + zigzag(1) + b"x" + zigzag(1) + zigzag(-1) + zigzag(0),
    "2 bytes more": zigzag(-1) + zigzag(1) + b"x" + zigzag(0) + b"ab",
}
"""What follows the attributes and both deltas of a record."""


def run(broker: Wire) -> None:
    topic = broker.topic()
    for what, tail in TAILS.items():
        broker.ask("Produce", 9, **produce(topic, _one(what, tail)))


def _one(what: str, tail: bytes) -> Batch:
    body = b"\0" + zigzag(0) + zigzag(0) + tail
    return packed(batch(b"x"), what, lambda _: zigzag(len(body)) + body)

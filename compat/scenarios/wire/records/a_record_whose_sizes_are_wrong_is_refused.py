"""A record with a key, value or header size beyond the record is refused."""

from compat.wire import Wire, batch, packed, produce, zigzag


def run(broker: Wire) -> None:
    topic = broker.topic()
    plain = batch(b"x")
    for what, tail in (
        ("key of 99 bytes", zigzag(99) + zigzag(1) + b"x" + zigzag(0)),
        ("value of 99 bytes", zigzag(-1) + zigzag(99) + b"x" + zigzag(0)),
        ("value of -2 bytes", zigzag(-1) + zigzag(-2) + zigzag(0)),
        ("-1 headers", zigzag(-1) + zigzag(1) + b"x" + zigzag(-1)),
        ("99 headers", zigzag(-1) + zigzag(1) + b"x" + zigzag(99)),
        ("null header name", zigzag(-1) + zigzag(1) + b"x" + zigzag(1) + zigzag(-1) + zigzag(0)),
        ("2 bytes more", zigzag(-1) + zigzag(1) + b"x" + zigzag(0) + b"ab"),
    ):
        body = b"\0" + zigzag(0) + zigzag(0) + tail
        records = packed(plain, what, lambda _, b=body: zigzag(len(b)) + b)
        broker.ask("Produce", 9, **produce(topic, records))

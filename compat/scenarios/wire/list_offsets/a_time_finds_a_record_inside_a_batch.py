"""A timestamp finds a record in the middle of a batch, compressed or not."""

from compat.wire import GZIP, NONE, Batch, Wire, batch, list_offsets, packed, zigzag

TIMES = (0, 500, 200)


def run(broker: Wire) -> None:
    for kind in (NONE, GZIP):
        topic = broker.topic(f"t{kind}", retention_ms=-1)
        broker.fill(topic, batch(b"first", timestamp=10))
        broker.fill(topic, _three(kind))
        for timestamp in (10, 11, 1000, 1001, 1500, 1501):
            broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp))
        broker.ask("ListOffsets", 7, **list_offsets(topic, -3))


def _three(kind: int) -> Batch:
    """Records at 1000, 1500 and 1200 in one batch."""
    import gzip

    plain = batch(b"a", b"b", b"c", timestamp=1000, max_timestamp=1500, attributes=kind)
    records = b""
    for delta, at in enumerate(TIMES):
        body = b"\0" + zigzag(at) + zigzag(delta) + zigzag(-1) + zigzag(1) + b"x" + zigzag(0)
        records += zigzag(len(body)) + body
    return packed(plain, f"times {TIMES}", lambda _: gzip.compress(records) if kind else records)

"""-3 finds the first record with the largest timestamp, which need not be the last one."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic(retention_ms=-1)
    for at, values in ((1000, (b"a",)), (3000, (b"b", b"c")), (2000, (b"d",))):
        broker.fill(topic, batch(*values, timestamp=at))
    for version in (7, 11):
        broker.ask("ListOffsets", version, **list_offsets(topic, -3))
    broker.fill(topic, batch(b"e", timestamp=3000))
    broker.ask("ListOffsets", 11, **list_offsets(topic, -3))

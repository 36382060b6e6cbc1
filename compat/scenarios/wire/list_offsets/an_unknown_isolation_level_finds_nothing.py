"""ListOffsets with an isolation level other than 0 and 1."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    for version in (2, 7):
        for timestamp in (-1, -2, 0):
            body = list_offsets(topic, timestamp, isolation_level=7)
            broker.outcome("ListOffsets", version, **body)

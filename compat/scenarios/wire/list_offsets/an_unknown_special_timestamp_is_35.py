"""A negative timestamp that means nothing is 35 for that partition."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a"))
    for timestamp in (-7, -100, -(2**63)):
        for version in (1, 7, 11):
            broker.ask("ListOffsets", version, **list_offsets(topic, timestamp))

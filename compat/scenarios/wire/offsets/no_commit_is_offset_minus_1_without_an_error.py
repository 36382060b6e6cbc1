"""What was never committed is offset -1 with error 0: unknown group, unknown topic or neither,
in each version."""

from compat.wire import Wire, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    for version in range(1, 10):
        broker.ask("OffsetFetch", version, **committed(group, topic, version=version))
    broker.ask("OffsetFetch", 8, **committed(group, broker.name("none")))
    broker.ask("OffsetFetch", 8, **committed(broker.name("none"), topic))

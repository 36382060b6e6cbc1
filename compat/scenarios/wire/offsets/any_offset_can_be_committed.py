"""Offsets are not compared with the log: far beyond its end and below zero are stored as they
are."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    for offset in (2**62, 0, -1, -5):
        broker.ask("OffsetCommit", 8, **commit(group, topic, offset))
        broker.ask("OffsetFetch", 8, **committed(group, topic))

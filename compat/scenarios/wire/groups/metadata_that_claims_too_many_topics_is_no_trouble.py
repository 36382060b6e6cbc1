"""A consumer whose subscription claims more topics than it has bytes: Kafka fails inside and
never answers its join."""

from compat.wire import Wire, join

DIFFERS = "silence helps nobody: metadata is the members' own affair, so the join is good"


def run(broker: Wire) -> None:
    body = join(broker.name("g"), protocols=(("range", b"\x00\x00\x7f\xff\xff\xff\x00\x00"),))
    broker.outcome("JoinGroup", 3, timeout=1.0, **body)

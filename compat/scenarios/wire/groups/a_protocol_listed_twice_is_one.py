"""A member that lists a protocol twice: Kafka fails inside and never answers."""

from compat.wire import Wire, join

DIFFERS = "silence helps nobody: a protocol listed twice counts once, as it was listed first"


def run(broker: Wire) -> None:
    protocols = (("range", b"first"), ("range", b"second"))
    broker.outcome("JoinGroup", 3, timeout=1.0, **join(broker.name("g"), protocols=protocols))

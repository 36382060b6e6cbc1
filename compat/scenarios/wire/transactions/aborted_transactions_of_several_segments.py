"""An aborted transaction is listed wherever its records are, in whichever segment it ended."""

from compat.wire import Message, Wire, batch, fetch
from compat.wire.coordinators import ended, opened


def run(broker: Wire) -> None:
    topic = broker.topic(segment_ms=1000, retention_ms=-1)
    one, first = opened(broker, topic, short="a")
    for at in (1000, 5000, 9000):  # further times than segment.ms begin segments
        broker.fill(topic, batch(b"x", timestamp=at))
    two, second = opened(broker, topic, short="b")
    ended(broker, two, second, committed=False)
    ended(broker, one, first, committed=False)
    broker.fill(topic, batch(b"x", timestamp=20_000), batch(b"y", timestamp=30_000))
    for offset in range(9):
        broker.ask("Fetch", 12, show=_aborted, **fetch((topic, offset), isolation_level=1))


def _aborted(answer: Message) -> Message:
    row = answer["responses"][0]["partitions"][0]
    return {key: value for key, value in row.items() if key != "records"}

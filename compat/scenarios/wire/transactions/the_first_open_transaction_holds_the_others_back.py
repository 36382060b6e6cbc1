"""The last stable offset is where the first of the open transactions began; it moves to the next
one when that ends."""

from compat.wire import Message, Wire, batch, fetch
from compat.wire.coordinators import ended, opened


def run(broker: Wire) -> None:
    topic = broker.topic()
    producers = [opened(broker, topic, short=f"tx{number}") for number in range(3)]
    broker.fill(topic, batch(b"plain"))
    for number in (1, 0, 2):
        broker.ask("Fetch", 12, show=_stable, **fetch((topic, 0), isolation_level=1))
        name, producer = producers[number]
        ended(broker, name, producer, committed=number != 0)
    broker.ask("Fetch", 12, show=_stable, **fetch((topic, 0), isolation_level=1))


def _stable(answer: Message) -> Message:
    row = answer["responses"][0]["partitions"][0]
    names = ("high_watermark", "last_stable_offset", "aborted_transactions", "records")
    return {name: row[name] for name in names}

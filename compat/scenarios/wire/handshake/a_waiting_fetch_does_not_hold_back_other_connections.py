"""While a fetch waits on one connection, another one is answered."""

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    waiting = broker.connect()
    pending = waiting.send("Fetch", 12, **fetch((topic, 0), max_wait_ms=700, min_bytes=1))
    broker.ask("Metadata", 9, topics=[], timeout=0.6, show=lambda a: {"topics": a["topics"]})
    broker.receive(waiting, pending)

"""With LogAppendTime and another compression than the client's the batch is built anew: which
timestamps it has then."""

from compat.wire import Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic(
        message_timestamp_type="LogAppendTime", compression_type="gzip", retention_ms=-1
    )
    broker.ask("Produce", 9, **produce(topic, batch(b"x", b"y", timestamp=5)))
    broker.ask("Fetch", 12, **fetch((topic, 0)))

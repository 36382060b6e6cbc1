"""With LogAppendTime the answer has the time, the batch has attribute bit 3 and that time as its
largest; the base timestamp stays as it came."""

from compat.wire import GZIP, NONE, Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    topic = broker.topic(message_timestamp_type="LogAppendTime", retention_ms=-1)
    for kind in (NONE, GZIP):
        records = batch(b"x", b"y", timestamp=5, compression=kind)
        broker.ask("Produce", 9, **produce(topic, records))
    broker.ask("Fetch", 12, **fetch((topic, 0)))

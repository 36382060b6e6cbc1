"""message.timestamp.before.max.ms refuses older timestamps: 32."""

from compat.wire import Wire, batch, now, produce

HOUR_MS = 3_600_000


def run(broker: Wire) -> None:
    topic = broker.topic(message_timestamp_before_max_ms=HOUR_MS)
    for hours in (2, 0.5):
        records = batch(b"x", timestamp=now() - int(hours * HOUR_MS))
        broker.ask("Produce", 9, **produce(topic, records))

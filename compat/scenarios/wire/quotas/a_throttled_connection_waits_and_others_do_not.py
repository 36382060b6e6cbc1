"""After its answer a throttled connection is not read for the time that it was told; another
connection of the same client is, until it produces."""

import time

from compat.wire import Wire, batch, produce
from compat.wire.quotas import entity, limit, throttled


def run(broker: Wire) -> None:
    topic, client = broker.topic(), broker.name("c")
    limit(broker, entity(client_id=client), producer_byte_rate=1850.0)
    first, second = broker.connect(client), broker.connect(client)
    began = time.monotonic()
    written = first.send("Produce", 9, **produce(topic, batch(b"x" * 20_000)))
    behind = first.send("Metadata", 9, topics=[])
    answer = broker.receive(first, written, show=throttled)
    broker.record("Produce v9 is answered at once", time.monotonic() - began < 0.3)
    throttle_s = answer["throttle_time_ms"] / 1000
    broker.record("Produce v9 waits about a second", 0.4 < throttle_s < 2)
    asked = second.send("Metadata", 9, topics=[])
    broker.receive(second, asked, what="on another connection", show=throttled)
    broker.record("Metadata v9 is answered at once", time.monotonic() - began < 0.3)
    broker.receive(first, behind, what="behind the answer", show=throttled)
    broker.record("Metadata v9 was held back", time.monotonic() - began > 0.9 * throttle_s)

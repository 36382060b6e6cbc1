"""Limits of one byte, zero or less still return the first batch whole."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x" * 300), batch(b"y" * 300))
    for version, limit in ((12, 1), (4, 1), (12, 0)):
        body = fetch((topic, 0), max_bytes=limit)
        body["topics"][0]["partitions"][0]["partition_max_bytes"] = limit
        broker.ask("Fetch", version, **body)

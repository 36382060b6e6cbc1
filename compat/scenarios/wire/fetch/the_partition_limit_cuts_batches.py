"""Behind the first batch partition_max_bytes cuts where it falls: a part of a batch follows."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, *[batch(b"x" * 300) for _ in range(3)])
    for limit in (500, len(batch(b"x" * 300)), 2 * len(batch(b"x" * 300)) - 1):
        body = fetch((topic, 0))
        body["topics"][0]["partitions"][0]["partition_max_bytes"] = limit
        broker.ask("Fetch", 12, **body)

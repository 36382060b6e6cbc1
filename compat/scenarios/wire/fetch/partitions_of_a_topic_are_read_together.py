"""Several partitions of one topic in one fetch, one of them out of range."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=3)
    for partition in (0, 2):
        broker.fill(topic, batch(b"%d" % partition), partition=partition)
    body = fetch((topic, 0))
    body["topics"][0]["partitions"] = [
        {"partition": partition, "fetch_offset": offset, "partition_max_bytes": 1000}
        for partition, offset in ((0, 0), (1, 4), (2, 0))
    ]
    broker.ask("Fetch", 12, **body)

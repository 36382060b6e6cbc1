"""A partition that does not exist is 3, by name and by id; those beside it are read."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    for version, name in ((12, topic), (17, broker.topic_id(topic))):
        body = fetch((name, 0))
        body["topics"][0]["partitions"] = [
            {"partition": partition, "fetch_offset": 0, "partition_max_bytes": 1000}
            for partition in (9, 0, -1)
        ]
        broker.ask("Fetch", version, **body)

"""One Produce may write to partitions of several topics; each gets its own offsets."""

from compat.wire import Wire, batch, fetch, produce


def run(broker: Wire) -> None:
    first, second = broker.topic("a", partitions=2), broker.topic("b")
    broker.fill(first, batch(b"old"))
    body = produce(first, None)
    body["topic_data"] = [
        {"name": second, "partition_data": [{"index": 0, "records": batch(b"b0")}]},
        {
            "name": first,
            "partition_data": [
                {"index": 1, "records": batch(b"a1", b"a1")},
                {"index": 0, "records": batch(b"a0")},
            ],
        },
    ]
    broker.ask("Produce", 9, **body)
    broker.ask("Fetch", 12, **fetch((first, 1), (second, 0)))

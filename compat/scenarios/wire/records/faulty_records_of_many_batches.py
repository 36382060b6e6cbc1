"""Each partition of a request has its own records at fault."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic(partitions=3, cleanup_policy="compact")
    wrong = (batch(b"a", (b"k", b"b")), batch((b"k", b"a")), batch((b"k", b"a"), b"b", b"c"))
    body = produce(topic, None)
    body["topic_data"][0]["partition_data"] = [
        {"index": index, "records": records} for index, records in enumerate(wrong)
    ]
    for version in (8, 9, 12):
        broker.ask("Produce", version, **body)

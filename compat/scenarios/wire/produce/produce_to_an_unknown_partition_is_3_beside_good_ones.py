"""A partition that does not exist is 3; those beside it in the request are written."""

from compat.wire import Wire, batch, list_offsets, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version, name in ((9, topic), (13, broker.topic_id(topic))):
        body = produce(name, None)
        body["topic_data"][0]["partition_data"] = [
            {"index": index, "records": batch(b"x")} for index in (7, 0, -1)
        ]
        broker.ask("Produce", version, **body)
    broker.ask("ListOffsets", 6, **list_offsets(topic, -1))

"""A current leader epoch of the future is 75; the broker's own is good."""

from compat.wire import Wire, batch, list_offsets


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    for timestamp in (-1, -2, 0):
        for epoch in (9, 0, -1):
            body = list_offsets(topic, timestamp)
            body["topics"][0]["partitions"][0]["current_leader_epoch"] = epoch
            broker.ask("ListOffsets", 7, **body)

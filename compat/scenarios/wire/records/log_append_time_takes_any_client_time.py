"""With LogAppendTime the client's time is not looked at, however far it is off."""

from compat.wire import Message, Wire, batch, list_offsets, now, produce


def run(broker: Wire) -> None:
    def time_alone(answer: Message) -> Message:
        # Two of the batches may come in the same millisecond; then the first of them is the newest.
        row = answer["topics"][0]["partitions"][0]
        return {"error_code": row["error_code"], "timestamp": row["timestamp"]}

    topic = broker.topic(message_timestamp_type="LogAppendTime")
    for at in (-1, 1, now() + 10**9):
        broker.ask("Produce", 9, **produce(topic, batch(b"x", timestamp=at)))
    broker.ask("ListOffsets", 7, show=time_alone, **list_offsets(topic, -3))

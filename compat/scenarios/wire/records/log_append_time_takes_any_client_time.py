"""With LogAppendTime the client's time is not looked at, however far it is off."""

from compat.wire import Wire, batch, list_offsets, now, produce


def run(broker: Wire) -> None:
    topic = broker.topic(message_timestamp_type="LogAppendTime")
    for at in (-1, 1, now() + 10**9):
        broker.ask("Produce", 9, **produce(topic, batch(b"x", timestamp=at)))
    broker.ask("ListOffsets", 7, **list_offsets(topic, -3))

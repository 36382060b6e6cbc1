"""With both limits of timestamps at 0 only this millisecond is good; an hour off either way is 32,
and LogAppendTime does not look."""

from compat.wire import Message, Wire, batch, now, produce


def run(broker: Wire) -> None:
    limits: Message = {"message_timestamp_before_max_ms": 0, "message_timestamp_after_max_ms": 0}
    topic = broker.topic(**limits)
    stamped = broker.topic("stamped", message_timestamp_type="LogAppendTime", **limits)
    for hours in (-1, 1):
        records = batch(b"a", b"b", timestamp=now() + hours * 3_600_000)
        for version in (7, 9):
            broker.ask("Produce", version, **produce(topic, records))
        broker.ask("Produce", 9, **produce(stamped, records))
    broker.ask("Produce", 9, **produce(topic, batch(b"a", timestamp=-1)))

"""A batch without its last bytes is refused, wherever it was cut."""

from compat.wire import Wire, batch, produce


def run(broker: Wire) -> None:
    topic = broker.topic()
    whole = bytes(batch(b"0123456789"))
    for size in (len(whole) - 1, 62, 61, 60, 18, 17, 16, 12, 11, 1):
        answer = broker.quiet("Produce", 9, **produce(topic, whole[:size]))
        row = answer["responses"][0]["partition_responses"][0]
        broker.record(f"Produce v9 of the first {size} bytes", row)

"""After a crash of the broker an open transaction is still open, and its producer commits it."""

from compat.wire import Message, Wire, fetch
from compat.wire.coordinators import add_partitions, begin, end, settled, write

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic, (name, producer) = broker.topic(), begin(broker)
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.quiet("Produce", 9, **write(name, producer, topic, 0))
    broker.restart(hard=True)
    broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "EndTxn",
        3,
        **end(name, producer, committed=True),
    )
    settled(broker, name)
    broker.until(
        lambda answer: answer["responses"][0]["partitions"][0]["last_stable_offset"] == 2,
        "Fetch",
        12,
        **fetch((topic, 0), isolation_level=1),
    )
    broker.ask("Fetch", 12, show=_without_records, **fetch((topic, 0), isolation_level=1))


def _without_records(answer: Message) -> Message:
    """By how much a crash raises the epochs in them is the controller's business."""
    row = answer["responses"][0]["partitions"][0]
    return {key: value for key, value in row.items() if key != "records"}

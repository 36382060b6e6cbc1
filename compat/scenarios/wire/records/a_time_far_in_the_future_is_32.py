"""A timestamp more than an hour ahead (message.timestamp.after.max.ms) is 32, with the records
that are at fault."""

from compat.wire import Message, Wire, batch, list_offsets, now, produce

HOUR_MS = 3_600_000


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (7, 8, 9):
        records = batch(b"x", b"y", timestamp=now() + 2 * HOUR_MS)
        broker.ask("Produce", version, **produce(topic, records), show=_without_limits)
    broker.ask("Produce", 9, **produce(topic, batch(b"x", timestamp=now() + HOUR_MS // 2)))
    broker.ask("ListOffsets", 7, **list_offsets(topic, -1))


def _without_limits(answer: Message) -> Message:
    """The texts name the limits, which are another time in each run."""
    row = answer["responses"][0]["partition_responses"][0]
    for error in row.get("record_errors", []):
        error["batch_index_error_message"] = bool(error["batch_index_error_message"])
    return {"partition": row}

"""An offset beyond the end of its last fetched epoch is answered with where that epoch ended."""

from compat.wire import Message, Wire, batch, fetch, list_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    broker.restart()
    broker.until(
        lambda a: a["topics"][0]["partitions"][0]["error_code"] == 0,
        "ListOffsets",
        6,
        **list_offsets(topic, -1),
    )
    broker.fill(topic, batch(b"y"), batch(b"z"))
    for offset in (1, 2, 3):
        body = fetch((topic, offset))
        body["topics"][0]["partitions"][0]["last_fetched_epoch"] = 0
        broker.ask("Fetch", 12, **body, show=_row)


def _row(answer: Message) -> Message:
    """Without the records: how many epochs a restart takes is the broker's affair."""
    row = answer["responses"][0]["partitions"][0]
    return {**row, "records": len(row["records"])}

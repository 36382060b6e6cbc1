"""With three leader epochs in a log an offset beyond the end of the first or the second diverges
where that one ended."""

from compat.wire import Message, Wire, batch, fetch, list_offsets

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    epochs = []
    for _ in range(3):
        broker.fill(topic, batch(b"x"), batch(b"y"))
        answer = broker.quiet("ListOffsets", 7, **list_offsets(topic, -1))
        epochs.append(answer["topics"][0]["partitions"][0]["leader_epoch"])
        if len(epochs) < 3:
            broker.restart()
            broker.until(_served, "ListOffsets", 6, **list_offsets(topic, -1))

    def row(answer: Message) -> Message:
        """Epochs by their place: how many a restart takes is the broker's affair."""
        got: Message = answer["responses"][0]["partitions"][0]
        got["records"] = len(got["records"] or b"")
        if "diverging_epoch" in got and got["diverging_epoch"]["epoch"] in epochs:
            place = epochs.index(got["diverging_epoch"]["epoch"])
            got["diverging_epoch"] = {**got["diverging_epoch"], "epoch": f"number {place}"}
        return got

    for number, epoch in enumerate(epochs):
        for offset in (1, 2, 3, 4, 5, 6, 7):
            body = fetch((topic, offset))
            body["topics"][0]["partitions"][0]["last_fetched_epoch"] = epoch
            got = broker.quiet("Fetch", 12, **body)
            broker.record(f"Fetch v12 of {offset} after epoch number {number}", row(got))


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)

"""After a restart, clean or not, a log goes on where it ended, with another leader epoch in its
batches."""

from compat.wire import Message, Wire, batch, fetch, list_offsets, produce, read_batches

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"before"))
    for hard in (False, True):
        broker.restart(hard=hard)
        broker.until(
            lambda a: a["topics"][0]["partitions"][0]["error_code"] == 0,
            "ListOffsets",
            6,
            **list_offsets(topic, -1),
        )
        broker.ask("Produce", 9, **produce(topic, batch(b"after")))
    broker.ask("Fetch", 12, **fetch((topic, 0)), show=_batches)


def _batches(answer: Message) -> Message:
    """How many epochs a restart takes is the broker's affair."""
    row = answer["responses"][0]["partitions"][0]
    found = read_batches(row["records"])
    epochs = [one["leader_epoch"] for one in found]
    return {
        "offsets": [one["base_offset"] for one in found],
        "high_watermark": row["high_watermark"],
        "epochs ascend": epochs == sorted(set(epochs)),
    }

"""After a restart a log goes on where it ended, with a new leader epoch in its batches."""

from compat.wire import Wire, batch, fetch, list_offsets, produce

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
        broker.ask("Fetch", 12, **fetch((topic, 0)))

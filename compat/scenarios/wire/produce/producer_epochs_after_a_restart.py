"""After a restart a producer's older epoch is 47, and a newer one must begin at sequence 0."""

from compat.wire import Message, Wire, batch, list_offsets, produce

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic, (who, _) = broker.topic(), broker.producer_id()
    for epoch in (3, 4):
        broker.fill(topic, batch(b"a", producer=(who, epoch, 0)))
    for hard in (False, True):
        broker.restart(hard=hard)
        broker.until(_served, "ListOffsets", 3, **list_offsets(topic, -1))
        epoch = 6 if hard else 4
        for other, sequence in ((3, 1), (epoch, 0), (epoch, 2), (epoch + 2, 1), (epoch + 2, 0)):
            records = batch(b"a", producer=(who, other, sequence))
            broker.ask("Produce", 9, show=_plain, **produce(topic, records))


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)


def _plain(answer: Message) -> Message:
    row = answer["responses"][0]["partition_responses"][0]
    return {key: row[key] for key in ("error_code", "base_offset")}

"""Sequences outlive a broker that was killed: the last batch is a duplicate, the next one is
written, a gap is 45."""

from compat.wire import Message, Wire, batch, list_offsets, produce

OWN_BROKER = True
DIFFERS = "Kafka recovers a producer's last batch only and says 45 to older ones; we recover five"


def run(broker: Wire) -> None:
    topic, (producer_id, epoch) = broker.topic(), broker.producer_id()
    for sequence in range(3):
        broker.fill(topic, batch(b"a", producer=(producer_id, epoch, sequence)))
    broker.restart(hard=True)
    broker.until(
        lambda a: a["topics"][0]["partitions"][0]["error_code"] == 0,
        "ListOffsets",
        6,
        **list_offsets(topic, -1),
    )
    for sequence in (0, 2, 3, 9):
        records = batch(b"a", producer=(producer_id, epoch, sequence))
        broker.ask("Produce", 9, show=_plain, **produce(topic, records))


def _plain(answer: Message) -> Message:
    row = answer["responses"][0]["partition_responses"][0]
    return {key: row[key] for key in ("error_code", "base_offset")}

"""__consumer_offsets is marked as internal and has 50 partitions."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    for version in (1, 9, 12):
        broker.ask("Metadata", version, topics=[{"name": "__consumer_offsets"}], show=_outline)


def _outline(answer: Message) -> Message:
    row = answer["topics"][0]
    return {**row, "partitions": len(row["partitions"])}

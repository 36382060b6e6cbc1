"""Metadata v0 without topics is of all; from v1 on null is all and an empty list none."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    broker.topic("a")
    broker.topic("b", partitions=2)

    def own(answer: Message) -> Message:
        mine = broker.mine(answer["topics"], "name")
        return {**answer, "topics": sorted(mine, key=lambda row: str(row["name"]))}

    broker.ask("Metadata", 0, topics=[], show=own)
    for version in (1, 9, 12, 13):
        broker.ask("Metadata", version, topics=None, show=own)
        broker.ask("Metadata", version, topics=[])

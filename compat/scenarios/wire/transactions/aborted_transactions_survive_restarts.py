"""Who aborted from where is known after a restart and after a crash."""

from compat.wire import Message, Wire, batch, fetch, list_offsets
from compat.wire.coordinators import ended, opened

OWN_BROKER = True


def run(broker: Wire) -> None:
    topic = broker.topic()
    one, first = opened(broker, topic, short="a")
    broker.fill(topic, batch(b"between"))
    two, second = opened(broker, topic, short="b")
    ended(broker, two, second, committed=False)
    ended(broker, one, first, committed=False)
    for hard in (False, True):
        broker.restart(hard=hard)
        broker.until(_served, "ListOffsets", 3, **list_offsets(topic, -1))
        for offset in range(5):
            broker.ask("Fetch", 12, show=_plain, **fetch((topic, offset), isolation_level=1))


def _served(answer: Message) -> bool:
    return bool(answer["topics"][0]["partitions"][0]["error_code"] == 0)


def _plain(answer: Message) -> Message:
    row = answer["responses"][0]["partitions"][0]
    return {**row, "records": len(row["records"])}

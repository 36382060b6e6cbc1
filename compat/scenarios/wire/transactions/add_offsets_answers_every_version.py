"""AddOffsetsToTxn in each version; an unknown transactional id is 49, the empty one 42; the empty
group id is good."""

from compat.wire import Wire
from compat.wire.coordinators import add_offsets, begin


def run(broker: Wire) -> None:
    group, (name, producer) = broker.name("g"), begin(broker)
    for version in range(5):
        broker.ask("AddOffsetsToTxn", version, **add_offsets(name, producer, group))
    broker.ask("AddOffsetsToTxn", 3, **add_offsets(broker.name("none"), producer, group))
    broker.ask("AddOffsetsToTxn", 3, **add_offsets("", producer, group))
    broker.ask("AddOffsetsToTxn", 3, **add_offsets(name, producer, ""))

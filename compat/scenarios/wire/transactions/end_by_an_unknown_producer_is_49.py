"""An unknown transactional id or another producer id is INVALID_PRODUCER_ID_MAPPING; the empty
one is 42."""

from compat.wire import Wire
from compat.wire.coordinators import begin, end


def run(broker: Wire) -> None:
    name, producer = begin(broker)
    broker.ask("EndTxn", 3, **end(broker.name("none"), producer, committed=True))
    broker.ask("EndTxn", 3, **end(name, (producer[0] + 9000, 0), committed=True))
    broker.ask("EndTxn", 3, **end("", producer, committed=True))

"""After a crash a new producer gets an id that none had before; a transactional id keeps its
own."""

from compat.wire import Wire
from compat.wire.coordinators import begin, init_producer_id

OWN_BROKER = True


def run(broker: Wire) -> None:
    name, (producer_id, _) = begin(broker)
    before = {producer_id, *(broker.producer_id()[0] for _ in range(3))}
    broker.restart(hard=True)
    again = broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "InitProducerId",
        4,
        **init_producer_id(name),
    )
    kept = again["producer_id"] == producer_id
    broker.record("InitProducerId v4, of the old transactional id", {"same": kept, **again})
    new = broker.until(
        lambda answer: answer["error_code"] not in (14, 15, 16),
        "InitProducerId",
        4,
        **init_producer_id(None),
    )
    given_before = new["producer_id"] in before
    broker.record("InitProducerId v4, of a new producer", {"an old id": given_before})

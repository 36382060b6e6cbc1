"""AddPartitionsToTxn that only verifies refuses another epoch, another producer and unknown
ids."""

from compat.wire import Wire
from compat.wire.coordinators import begin, opened, verify_partitions


def run(broker: Wire) -> None:
    topic, none = broker.topic(), broker.name("none")
    name, (who, epoch) = opened(broker, topic)
    idle, its = begin(broker, "idle")
    for version in (4, 5):
        for transactional_id, producer in (
            (name, (who, epoch + 1)),
            (name, (who + 9000, epoch)),
            (none, (who, epoch)),
            ("", (who, epoch)),
            (idle, its),
        ):
            body = verify_partitions(transactional_id, producer, topic)
            broker.ask("AddPartitionsToTxn", version, **body)
        body = verify_partitions(name, (who, epoch), topic, none)
        broker.ask("AddPartitionsToTxn", version, **body)

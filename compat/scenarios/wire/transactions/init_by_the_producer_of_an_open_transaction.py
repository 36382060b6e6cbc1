"""A producer that sends its id and epoch while its transaction is open: it is aborted, 51 until
then, and the epoch is raised."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import init_producer_id, opened, write


def run(broker: Wire) -> None:
    topic = broker.topic()
    name, old = opened(broker, topic)
    broker.ask("InitProducerId", 4, **init_producer_id(name, old))
    got = broker.until(
        lambda answer: answer["error_code"] != 51, "InitProducerId", 4, **init_producer_id(name)
    )
    broker.record("InitProducerId v4, once it is not 51", got)
    broker.ask("Produce", 9, **write(name, old, topic, 1))
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))

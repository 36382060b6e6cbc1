"""A marker is not held against the topic's limits for timestamps and keys."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import marker


def run(broker: Wire) -> None:
    topic = broker.topic(
        cleanup_policy="compact",
        message_timestamp_before_max_ms=0,
        message_timestamp_after_max_ms=0,
    )
    producer = broker.producer_id()
    broker.ask("WriteTxnMarkers", 1, markers=[marker(producer, topic, committed=False)])
    broker.ask("Fetch", 12, **fetch((topic, 0)))

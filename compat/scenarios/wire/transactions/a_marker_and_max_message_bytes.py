"""A marker in a topic whose max.message.bytes is below a marker's size is refused with 10."""

from compat.wire import Wire, fetch
from compat.wire.coordinators import marker

DIFFERS = "we write the marker: without it the transaction would never end"


def run(broker: Wire) -> None:
    topic, producer = broker.topic(max_message_bytes=60), broker.producer_id()
    broker.ask("WriteTxnMarkers", 1, markers=[marker(producer, topic, committed=False)])
    broker.ask("Fetch", 12, **fetch((topic, 0)))

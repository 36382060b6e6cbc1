"""In a topic of LogAppendTime the batches of a transaction get the broker's time; which time and
attributes its marker has."""

import time

from compat.wire import Wire, fetch, list_offsets
from compat.wire.coordinators import add_partitions, begin, ended, write_at


def run(broker: Wire) -> None:
    topic = broker.topic(message_timestamp_type="LogAppendTime")
    name, producer = begin(broker)
    broker.quiet("AddPartitionsToTxn", 3, **add_partitions(name, producer, topic))
    broker.ask("Produce", 9, **write_at(1000, name, producer, topic, 0))
    time.sleep(0.01)  # so that the marker's time is a later one
    ended(broker, name, producer, committed=True)
    broker.ask("Fetch", 12, **fetch((topic, 0), isolation_level=1))
    for timestamp in (1000, -3):
        broker.ask("ListOffsets", 7, **list_offsets(topic, timestamp))

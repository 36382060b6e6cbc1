"""An id that no topic has, and the zero id, are UNKNOWN_TOPIC_ID in each of their rows."""

import uuid

from compat.wire import ZERO_UUID, Wire, commit, committed


def run(broker: Wire) -> None:
    group = broker.name("g")
    for topic in (uuid.uuid4(), ZERO_UUID):
        broker.ask("OffsetCommit", 10, **commit(group, topic, 5))
        broker.ask("OffsetFetch", 10, **committed(group, topic))
    broker.ask("OffsetFetch", 10, **committed(group))

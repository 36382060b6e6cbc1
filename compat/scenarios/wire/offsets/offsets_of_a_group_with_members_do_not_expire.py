"""While consumers subscribe to a topic its offsets stay, whatever retention their commit asked
for."""

import time

from compat.wire import Wire, commit, committed
from compat.wire.coordinators import subscription

SETTINGS = {"offsets.retention.check.interval.ms": "100"}


def run(broker: Wire) -> None:
    group, topic, other = broker.name("g"), broker.topic(), broker.topic("other")
    member = broker.stable_group(group, protocols=(("range", subscription(topic)),))
    for name in (topic, other):
        body = commit(group, name, 3, member_id=member, generation=1, retention_time_ms=200)
        broker.ask("OffsetCommit", 4, **body)
    broker.until(
        lambda answer: len(answer["groups"][0]["topics"]) < 2, "OffsetFetch", 8, **committed(group)
    )
    time.sleep(0.5)
    broker.ask("OffsetFetch", 8, **committed(group))

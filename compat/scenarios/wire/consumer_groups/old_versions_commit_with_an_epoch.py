"""A commit below v9 by a member of a consumer group is refused: that version knows no member
epochs."""

from compat.wire import Wire, commit
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    topic = known_topic(broker, near=group)
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "m", topic))
    for epoch in (2, 1):
        body = commit(group, topic, 3, member_id="m", generation=epoch)
        broker.ask("OffsetCommit", 8, **body)

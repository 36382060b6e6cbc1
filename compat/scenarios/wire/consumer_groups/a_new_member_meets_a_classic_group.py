"""A heartbeat that joins a classic group whose members it cannot convert is refused; an empty
one becomes new."""

from compat.wire import Wire, commit
from compat.wire.coordinators import enter, known_topic


def run(broker: Wire) -> None:
    classic, empty = broker.name("classic"), broker.name("empty")
    topic = known_topic(broker, near=classic)
    broker.stable_group(classic)
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(classic, "m", topic))
    topic = known_topic(broker, "u", near=empty)
    broker.quiet("OffsetCommit", 8, **commit(empty, topic, 3))
    broker.ask("ConsumerGroupHeartbeat", 1, **enter(empty, "m", topic))

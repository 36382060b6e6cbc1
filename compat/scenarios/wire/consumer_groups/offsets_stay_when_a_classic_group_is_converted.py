"""Committed offsets outlive the conversion of a classic group; its member commits with the epoch as
generation, and another one is ILLEGAL_GENERATION."""

from compat.wire import Message, Wire, commit, committed
from compat.wire.coordinators import assigning_at_once, beat, classic_group, enter, known_topic


def run(broker: Wire) -> None:
    group = broker.name("g")
    assigning_at_once(broker, group)
    topic = known_topic(broker, partitions=2, near=group)
    classic = classic_group(broker, group, topic, 0, 1)
    mine: Message = {"member_id": classic, "generation": 1}
    broker.ask("OffsetCommit", 8, **commit(group, topic, 5, **mine))
    broker.quiet("ConsumerGroupHeartbeat", 1, **enter(group, "new", topic))
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("OffsetCommit", 8, **commit(group, topic, 6, **mine))
    broker.ask("OffsetCommit", 7, **commit(group, topic, 7, member_id=classic, generation=2))
    broker.ask("OffsetCommit", 8, **commit(group, topic, 7))
    broker.ask("OffsetCommit", 9, **commit(group, topic, 8, member_id="new", generation=2))
    broker.ask("OffsetCommit", 9, **commit(group, topic, 8, member_id="new", generation=1))
    broker.ask("OffsetFetch", 8, **committed(group, topic))
    broker.ask("OffsetFetch", 9, **committed(group, topic, member_id=classic, member_epoch=1))
    broker.ask("OffsetFetch", 9, **committed(group, topic, member_id=classic, member_epoch=2))
    broker.quiet("ConsumerGroupHeartbeat", 1, **beat(group, "new", -1))
    broker.ask("OffsetFetch", 8, **committed(group, topic))

"""A generation from 0 on for a group that does not exist is ILLEGAL_GENERATION; with generation
-1 anybody's member id is good."""

from compat.wire import Wire, commit


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    broker.ask("OffsetCommit", 8, **commit(group, topic, 1, member_id="nobody", generation=1))
    broker.ask("OffsetCommit", 8, **commit(group, topic, 1, generation=0))
    broker.ask("OffsetCommit", 8, **commit(group, topic, 1, member_id="nobody", generation=-1))

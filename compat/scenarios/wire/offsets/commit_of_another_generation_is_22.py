"""A generation that is not the group's is ILLEGAL_GENERATION, in each row, and nothing is
stored."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    member = broker.stable_group(group)
    for generation in (0, 2, -2):
        body = commit(group, topic, 1, member_id=member, generation=generation)
        broker.ask("OffsetCommit", 8, **body)
    broker.ask("OffsetCommit", 8, **commit(group, topic, 1, member_id=member, generation=-1))
    broker.ask("OffsetFetch", 8, **committed(group, topic))

"""What was committed by name is fetched by id, and the other way round."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, name = broker.name("g"), broker.topic()
    topic_id = broker.topic_id(name)
    broker.ask("OffsetCommit", 9, **commit(group, name, 5))
    broker.ask("OffsetFetch", 10, **committed(group, topic_id))
    broker.ask("OffsetCommit", 10, **commit(group, topic_id, 6))
    broker.ask("OffsetFetch", 9, **committed(group, name))

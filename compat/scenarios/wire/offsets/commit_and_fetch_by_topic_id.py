"""Version 10 of OffsetCommit and OffsetFetch names topics by id, and null topics list them by
id."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic_id(broker.topic())
    broker.ask("OffsetCommit", 10, **commit(group, topic, 5))
    broker.ask("OffsetFetch", 10, **committed(group, topic))
    broker.ask("OffsetFetch", 10, **committed(group))

"""When a topic is deleted, offsets committed for it go, and do not come back with its name."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic, other = broker.name("g"), broker.topic(), broker.topic("other")
    for name in (topic, other):
        broker.quiet("OffsetCommit", 8, **commit(group, name, 3))
    broker.ask("DeleteTopics", 5, topic_names=[topic], timeout_ms=10_000)
    broker.until(
        lambda answer: len(answer["groups"][0]["topics"]) == 1,
        "OffsetFetch",
        8,
        **committed(group),
    )
    broker.ask("OffsetFetch", 8, **committed(group))
    broker.topic()
    broker.ask("OffsetFetch", 8, **committed(group, topic))

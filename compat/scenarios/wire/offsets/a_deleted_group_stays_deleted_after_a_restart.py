"""A group deleted before a restart does not come back with it."""

from compat.wire import Wire, commit, committed

OWN_BROKER = True


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    broker.quiet("OffsetCommit", 8, **commit(group, topic, 7))
    broker.quiet("DeleteGroups", 2, groups_names=[group])
    broker.restart()
    broker.until(
        lambda answer: answer["groups"][0]["error_code"] not in (14, 15, 16),
        "OffsetFetch",
        8,
        **committed(group),
    )
    broker.ask("OffsetFetch", 8, **committed(group))
    broker.ask("DescribeGroups", 6, groups=[group])

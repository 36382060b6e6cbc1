"""OffsetCommit v2 to v4 says how long to keep an offset; when that is over, offset and group are
gone."""

from compat.wire import Wire, commit, committed

SETTINGS = {"offsets.retention.check.interval.ms": "100"}


def run(broker: Wire) -> None:
    group, topic, other = broker.name("g"), broker.topic(), broker.topic("other")
    broker.ask("OffsetCommit", 4, **commit(group, topic, 3, retention_time_ms=300))
    broker.ask("OffsetCommit", 2, **commit(group, other, 3, retention_time_ms=600))
    broker.until(
        lambda answer: answer["groups"][0]["error_code"] != 0, "DescribeGroups", 6, groups=[group]
    )
    broker.ask("OffsetFetch", 8, **committed(group))
    broker.ask("DescribeGroups", 5, groups=[group])

"""After a crash offsets, leader epochs and metadata are as they were, and deleted ones are still
gone."""

from compat.wire import Wire, commit, committed

OWN_BROKER = True


def run(broker: Wire) -> None:
    group, topic, other = broker.name("g"), broker.topic(), broker.topic("other")
    body = commit(group, topic, 7)
    body["topics"][0]["partitions"][0] |= {"committed_leader_epoch": 3, "committed_metadata": "n"}
    broker.quiet("OffsetCommit", 8, **body)
    broker.quiet("OffsetCommit", 8, **commit(group, other, 1))
    rows = [{"name": other, "partitions": [{"partition_index": 0}]}]
    broker.quiet("OffsetDelete", 0, group_id=group, topics=rows)
    broker.restart(hard=True)
    broker.until(
        lambda answer: answer["groups"][0]["error_code"] not in (14, 15, 16),
        "OffsetFetch",
        8,
        **committed(group),
    )
    broker.ask("OffsetFetch", 8, **committed(group))
    broker.ask("OffsetFetch", 8, **committed(group, topic, other))
    broker.ask("DescribeGroups", 5, groups=[group])

"""Leader epoch and metadata are returned as committed, the epoch -1 when the commit has none."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    body = commit(group, topic, 7)
    body["topics"][0]["partitions"][0] |= {"committed_leader_epoch": 42, "committed_metadata": "é"}
    broker.ask("OffsetCommit", 6, **body)
    for version in (1, 4, 5, 7, 9):
        broker.ask("OffsetFetch", version, **committed(group, topic, version=version))
    broker.ask("OffsetCommit", 5, **commit(group, topic, 8))
    broker.ask("OffsetFetch", 7, **committed(group, topic, version=7))

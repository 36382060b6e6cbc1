"""A commit with null metadata is fetched with the empty text."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    for version in (2, 8):
        body = commit(group, topic, version)
        body["topics"][0]["partitions"][0]["committed_metadata"] = None
        broker.ask("OffsetCommit", version, **body)
        broker.ask("OffsetFetch", 8, **committed(group, topic))

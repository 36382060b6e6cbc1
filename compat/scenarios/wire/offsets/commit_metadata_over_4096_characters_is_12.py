"""Metadata of more than offset.metadata.max.bytes is OFFSET_METADATA_TOO_LARGE; characters
count, not bytes."""

from compat.wire import Wire, commit, committed


def run(broker: Wire) -> None:
    group, topic = broker.name("g"), broker.topic()
    for text in ("x" * 4097, "x" * 4096, "é" * 4096, "é" * 4097):
        body = commit(group, topic, 1)
        body["topics"][0]["partitions"][0]["committed_metadata"] = text
        broker.ask("OffsetCommit", 8, **body)
    stored = broker.quiet("OffsetFetch", 8, **committed(group, topic))
    row = stored["groups"][0]["topics"][0]["partitions"][0]
    broker.record("OffsetFetch v8, the length of the metadata", len(row["metadata"]))

"""Authorized operations of cluster and topics are the smallest integer unless asked for."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version in (8, 9, 10, 12):
        for asked in (False, True):
            broker.ask(
                "Metadata",
                version,
                topics=[{"name": topic}],
                include_cluster_authorized_operations=asked,
                include_topic_authorized_operations=asked,
            )

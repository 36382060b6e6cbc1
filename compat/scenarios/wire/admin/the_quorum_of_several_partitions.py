"""DescribeQuorum must ask for the one partition and for nothing beside it, in every version."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    one = {"partition_index": 0}
    metadata: Message = {"topic_name": "__cluster_metadata", "partitions": [one]}
    twice: Message = {"topic_name": "__cluster_metadata", "partitions": [one, one]}
    other: Message = {"topic_name": broker.name("none"), "partitions": [one]}
    none: Message = {"topic_name": "__cluster_metadata", "partitions": []}
    for version in range(3):
        for wanted in ([metadata, metadata], [twice], [metadata, other], [none]):
            broker.ask("DescribeQuorum", version, topics=wanted)

"""The metadata topic has one partition: others, and other names, are unknown in every version."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    for version in range(3):
        for name, index in (
            ("__cluster_metadata", -1),
            ("__cluster_metadata", 2**31 - 1),
            ("", 0),
            ("__CLUSTER_METADATA", 0),
        ):
            row: Message = {"topic_name": name, "partitions": [{"partition_index": index}]}
            broker.ask("DescribeQuorum", version, topics=[row])

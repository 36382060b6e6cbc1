"""Authorized operations of the cluster are a bit set when asked for, else the smallest number."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for asked in (True, False):
        broker.ask("DescribeCluster", 0, include_cluster_authorized_operations=asked)

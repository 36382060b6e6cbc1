"""DescribeCluster v0 to v2 lists the brokers; authorized operations only when asked for."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in range(3):
        for asked in (False, True):
            broker.ask("DescribeCluster", version, include_cluster_authorized_operations=asked)
    broker.ask("DescribeCluster", 2, include_fenced_brokers=True)

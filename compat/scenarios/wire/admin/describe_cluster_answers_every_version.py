"""DescribeCluster has the cluster id, a controller and the brokers, and from v1 on the type of
endpoint."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in range(3):
        broker.ask("DescribeCluster", version)
    broker.ask("DescribeCluster", 2, include_fenced_brokers=True)

"""DescribeCluster for controllers on a client's listener is 114; an unknown endpoint type is
115."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in (1, 2):
        for endpoint_type in (2, 0, 3):
            broker.ask("DescribeCluster", version, endpoint_type=endpoint_type)

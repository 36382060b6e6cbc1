"""A broker that is asked for controllers answers MISMATCHED_ENDPOINT_TYPE, for unknown types
UNSUPPORTED_ENDPOINT_TYPE."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for kind in (2, 0, 9):
        broker.ask("DescribeCluster", 1, endpoint_type=kind)

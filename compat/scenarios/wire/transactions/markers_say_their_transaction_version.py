"""WriteTxnMarkers v2 says of which version the transaction is; in version 2 the epoch must have
been raised."""

from compat.wire import Wire
from compat.wire.coordinators import marker, opened


def run(broker: Wire) -> None:
    for version in (0, 1, 2, 3, -1):
        topic = broker.topic(f"t{version}")
        _, (who, epoch) = opened(broker, topic, short=f"tx{version}")
        for raised in (0, 1, 1, 0):
            body = marker((who, epoch + raised), topic, committed=True, transaction_version=version)
            broker.ask("WriteTxnMarkers", 2, markers=[body])
        broker.ask("DescribeProducers", 0, topics=[{"name": topic, "partition_indexes": [0]}])

"""A broker has the same cluster and node id after a restart."""

from compat.wire import Wire

OWN_BROKER = True


def run(broker: Wire) -> None:
    before = broker.quiet("Metadata", 9, topics=[])
    broker.restart()
    after = broker.until(lambda a: bool(a["brokers"]), "Metadata", 9, topics=[])
    broker.record("the same cluster id", before["cluster_id"] == after["cluster_id"])
    broker.record("the same brokers", before["brokers"] == after["brokers"])

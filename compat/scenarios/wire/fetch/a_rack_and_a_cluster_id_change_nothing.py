"""A client's rack without replicas in racks, and a cluster id, change nothing."""

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    for version in (11, 12):
        broker.ask("Fetch", version, **fetch((topic, 0), rack_id="somewhere"))
    broker.ask("Fetch", 12, **fetch((topic, 0), cluster_id="another"))

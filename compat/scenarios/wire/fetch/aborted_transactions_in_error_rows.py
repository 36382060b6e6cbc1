"""Error rows of read_committed: which of them have aborted transactions null, which empty."""

import uuid

from compat.wire import Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"x"))
    broker.ask("Fetch", 12, **fetch((topic, 5), isolation_level=1))
    broker.ask("Fetch", 12, **fetch((broker.name("none"), 0), isolation_level=1))
    broker.ask("Fetch", 13, **fetch((uuid.uuid4(), 0), isolation_level=1))
    body = fetch((topic, 0), isolation_level=1)
    body["topics"][0]["partitions"][0]["current_leader_epoch"] = 9
    broker.ask("Fetch", 12, **body)

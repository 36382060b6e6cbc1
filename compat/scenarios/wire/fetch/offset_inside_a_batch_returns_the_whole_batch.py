"""A fetch offset in the middle of a batch returns that whole batch, from its first record on."""

from compat.wire import GZIP, Wire, batch, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.fill(topic, batch(b"a", b"b", b"c"), batch(b"d", b"e", compression=GZIP))
    broker.ask("Fetch", 12, **fetch((topic, 1)))
    broker.ask("Fetch", 17, **fetch((broker.topic_id(topic), 4)))

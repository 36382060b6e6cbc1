"""Produce v13 with an id that nobody has, or the zero id, is 100."""

import uuid

from compat.wire import ZERO_UUID, Wire, batch, produce


def run(broker: Wire) -> None:
    for topic_id in (uuid.uuid4(), ZERO_UUID):
        broker.ask("Produce", 13, **produce(topic_id, batch(b"x")))

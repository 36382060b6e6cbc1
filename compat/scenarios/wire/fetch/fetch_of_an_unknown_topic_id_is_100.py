"""An id that nobody has, and the zero id, are 100."""

import uuid

from compat.wire import ZERO_UUID, Wire, fetch


def run(broker: Wire) -> None:
    for version in (13, 16, 18):
        broker.ask("Fetch", version, **fetch((uuid.uuid4(), 0)))
    broker.ask("Fetch", 17, **fetch((ZERO_UUID, 0)))

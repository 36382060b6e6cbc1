"""An address that connects too fast is not served: its connection is closed after a while."""

import time

from compat.wire import CLOSED, Wire
from compat.wire.quotas import EXACT, IP, component, entity, entry, limit

OWN_BROKER = True


def run(broker: Wire) -> None:
    known = broker.connect()
    known.receive(known.send("ApiVersions", 0))
    limit(broker, entity(ip="127.0.0.1"), connection_creation_rate=1.0)
    outcomes = []
    for _ in range(14):
        began = time.monotonic()
        connection = broker.connect()
        answer = connection.receive(connection.send("ApiVersions", 0))
        outcomes.append(answer == CLOSED)
        if answer == CLOSED:
            waited = time.monotonic() - began
            break
    broker.record("ApiVersions v0 of the connection after the tenth", outcomes.index(True))
    broker.record("the refused connection is closed within a window", 0.01 < waited < 2)
    pending = known.send("DescribeClientQuotas", 1, components=[component(IP, EXACT, "127.0.0.1")])
    broker.receive(known, pending, what="on a known connection")
    removed = [entry(entity(ip="127.0.0.1"), connection_creation_rate=None)]
    broker.receive(known, known.send("AlterClientQuotas", 1, entries=removed))

"""Connections are counted before there is a limit of their rate: those of the last windows make the
next one wait as soon as there is one. A lower limit holds at once, and so does none."""

import time

from compat.wire import Wire
from compat.wire.configs import BROKER, DELETE, SET, changed, increments

OWN_BROKER = True
NAME = "max.connection.creation.rate"


def run(broker: Wire) -> None:
    known = broker.connect()
    connect(broker, 100)
    for what, value in (("first", "2"), ("high", "100000"), ("second", "1"), ("no", None)):
        change = (NAME, SET if value else DELETE, value)
        pending = known.send(
            "IncrementalAlterConfigs", 1, **increments(changed(BROKER, "1", change))
        )
        assert known.receive(pending)
        time.sleep(0.2)  # a dynamic config is described before it acts
        broker.record(f"ApiVersions v0 waits with the {what} limit", connect(broker, 1) > 0.9)


def connect(broker: Wire, times: int) -> float:
    began = time.monotonic()
    for _ in range(times):
        connection = broker.connect()
        connection.receive(connection.send("ApiVersions", 0))
        connection.close()
    return time.monotonic() - began

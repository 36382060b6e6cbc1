"""The row of many idle connections: what they cost, and whether work beside them gets slower.

A fresh row (fresh.py). The same load is run with few connections open, with many, and with few
again, so that a machine that gets slower or faster meanwhile is seen in both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import client, load, wire
from .client import Connection
from .figures import Scale
from .fresh import TOPIC, started
from .load import Figures
from .process import rss_bytes
from .target import Broker, Target

FEW, MANY = 50, 5_000
WINDOW = 64


def crowd(target: Target, scale: Scale, directory: Path) -> Figures:
    """Memory per idle connection, and pipelined tiny Produce beside them."""
    broker, pid = started(target, directory)
    client.create_topic(broker.address, TOPIC, 1)
    client.wait_until_served(broker.address, TOPIC, 1)
    _requests_per_s(broker, scale)  # warms up what is counted as growth otherwise
    with _idle(broker, FEW):
        before = _requests_per_s(broker, scale)
        few_bytes = rss_bytes(pid)
        with _idle(broker, MANY - FEW):
            connected = rss_bytes(pid)
            beside = _requests_per_s(broker, scale)
        after = _requests_per_s(broker, scale)
    return {
        "connection_kb": (connected - few_bytes) / (MANY - FEW) / 1024,
        "requests_per_s": beside,
        "of_few": beside / ((before + after) / 2),
    }


def _requests_per_s(broker: Broker, scale: Scale) -> float:
    figures = load.run(
        "produce_pipelined", broker.address, topic=TOPIC, seconds=scale.seconds, window=WINDOW
    )
    return figures["requests"] / figures["seconds"]


@contextmanager
def _idle(broker: Broker, count: int) -> Iterator[None]:
    """So many connections that have asked once, and then say nothing."""
    opened: list[Connection] = []
    try:
        for _ in range(count):
            connection = Connection(broker.address)
            opened.append(connection)
            connection.call(wire.api_versions_frame())
        yield
    finally:
        for connection in opened:
            connection.socket.close()

"""Rows that start a broker of their own: start-up, memory, many partitions, recovery.

The directory of a round is removed by the caller. A target that cannot be started is not asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from . import client, load, steady, wire
from .client import Address, BenchError, Connection
from .figures import Scale
from .load import Figures
from .process import MB, rss_bytes
from .target import Broker, Target

IDLE_CONNECTIONS = 500
MANY_PARTITIONS = 1_000
RESTART_PARTITIONS = 6
RESTART_VALUE_BYTES = 100_000
SETTLE_S = 1.0  # after start and load, so that nothing of them is counted as growth
ACK_LIMIT_S = 120
TOPIC = "bench"
SMALL_BATCH = wire.record_batch([bytes(100)])


def start(target: Target, _: Scale, directory: Path) -> Figures:
    """From the command to the first answer, and to the first acknowledged record."""
    target.prepare(directory)
    began = perf_counter()
    broker = target.start(directory)
    with Connection(broker.address) as connection:
        connection.call(wire.api_versions_frame())
    first_answer_s = perf_counter() - began
    client.create_topic(broker.address, TOPIC, 1)
    wait_for_ack(broker.address)
    return {"first_answer_s": first_answer_s, "first_ack_s": perf_counter() - began}


def memory(target: Target, scale: Scale, directory: Path) -> Figures:
    broker, pid = started(target, directory)
    time.sleep(SETTLE_S)
    idle = rss_bytes(pid)
    opened = []
    for _ in range(IDLE_CONNECTIONS):
        connection = Connection(broker.address)
        connection.call(wire.api_versions_frame())
        opened.append(connection)
    connected = rss_bytes(pid)
    for connection in opened:
        connection.socket.close()
    with steady.topic(broker, steady.PARTITIONS) as name:
        steady.produce_messages(broker, name, scale.count(1_000_000), value_bytes=100)
        loaded = rss_bytes(pid)
    return {
        "idle_mb": idle / MB,
        "loaded_mb": loaded / MB,
        "connection_kb": (connected - idle) / IDLE_CONNECTIONS / 1024,
    }


def partitions(target: Target, scale: Scale, directory: Path) -> Figures:
    broker, pid = started(target, directory)
    time.sleep(SETTLE_S)
    count = scale.count(MANY_PARTITIONS)
    before = rss_bytes(pid)
    began = perf_counter()
    client.create_topic(broker.address, TOPIC, count)
    created_s = perf_counter() - began
    frames = [wire.produce_frame(TOPIC, partition, SMALL_BATCH) for partition in range(count)]
    began = perf_counter()
    with Connection(broker.address) as connection:
        while frames:
            frames = refused(connection, frames)
            if perf_counter() - began > ACK_LIMIT_S:
                raise BenchError(f"{len(frames)} partitions take no record")
    written_s = perf_counter() - began
    time.sleep(SETTLE_S)
    grown_mb = (rss_bytes(pid) - before) / MB
    client.expect_records(broker.address, TOPIC, count, count)
    return {"created_s": created_s, "written_s": written_s, "grown_mb": grown_mb}


def restart(target: Target, scale: Scale, directory: Path) -> Figures:
    """Write, kill -9, start: until a record is acknowledged, and whether the old ones are there."""
    broker, _ = started(target, directory)
    client.create_topic(broker.address, TOPIC, RESTART_PARTITIONS)
    batches = scale.count(10_000)
    load.run(
        "bulk_produce",
        broker.address,
        topic=TOPIC,
        batches=batches,
        partitions=RESTART_PARTITIONS,
        value_bytes=RESTART_VALUE_BYTES,
    )
    target.kill()
    began = perf_counter()
    broker = target.start(directory)
    wait_for_ack(broker.address)
    first_ack_s = perf_counter() - began
    stored = sum(client.end_offsets(broker.address, TOPIC, RESTART_PARTITIONS))
    return {"first_ack_s": first_ack_s, "lost_records": batches + 1 - stored}


FRESH: dict[str, Callable[[Target, Scale, Path], Figures]] = {
    "start": start,
    "memory": memory,
    "partitions": partitions,
    "restart": restart,
}


def started(target: Target, directory: Path) -> tuple[Broker, int]:
    """A broker on a new directory, and its pid."""
    target.prepare(directory)
    broker = target.start(directory)
    assert broker.pid is not None, "a started broker has a pid"
    return broker, broker.pid


def refused(connection: Connection, frames: list[bytes]) -> list[bytes]:
    """Send Produce requests one behind the other; those that must be sent again."""
    connection.socket.sendall(b"".join(frames))
    again = []
    for frame in frames:
        error = wire.produce_error(connection.receive(), TOPIC)
        if error in client.RETRIABLE:
            again.append(frame)
        elif error:
            raise BenchError(f"Produce failed with error {error}")
    return again


def wait_for_ack(address: Address) -> None:
    """Produce to partition 0 until the broker takes it; it may still be loading the partition."""
    request = wire.produce_frame(TOPIC, 0, SMALL_BATCH)
    deadline = time.monotonic() + ACK_LIMIT_S
    with Connection(address) as connection:
        while error := wire.produce_error(connection.call(request), TOPIC):
            if time.monotonic() > deadline:
                raise BenchError(f"no ack after {ACK_LIMIT_S} s, last error {error}")
            time.sleep(0.001)

"""Rows that start a broker of their own: start-up, memory, many partitions, recovery.

The directory of a round is removed by the caller. A target that cannot be started is not asked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

from . import client, load, steady, wire
from .client import Address, BenchError, Connection
from .figures import Scale
from .load import Figures
from .load_compaction import BATCH_BYTES
from .process import MB, rss_bytes
from .target import Broker, Target

IDLE_CONNECTIONS = 500
MANY_PARTITIONS = 1_000
RESTART_PARTITIONS = 6
RESTART_VALUE_BYTES = 100_000
CLEANER_CONFIGS = {"log.cleaner.backoff.ms": "100"}
LARGE_RECORD_BATCHES, SMALL_RECORD_BATCHES = 2_000, 500
KEY_REPEATS = 10
CLEANED_SEGMENTS = 8  # about; the last one is never compacted
MANY_SEGMENTS = 10_000
SEGMENTS_IN_FLIGHT = 100
TINY_SEGMENT_CONFIGS = {"segment.index.bytes": "12", "index.interval.bytes": "0"}
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
    """Write, kill -9, start: until a record is acknowledged, and whether the old ones are there.

    Once more after a clean stop, which leaves a recovery point in the middle of the segments.
    """
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
    _, first_ack_s = _restarted(target, directory)
    target.stop()
    _restarted(target, directory)
    target.kill()
    broker, recovery_point_ack_s = _restarted(target, directory)
    stored = sum(client.end_offsets(broker.address, TOPIC, RESTART_PARTITIONS))
    return {
        "first_ack_s": first_ack_s,
        "recovery_point_ack_s": recovery_point_ack_s,
        "lost_records": batches + 3 - stored,
    }


def _restarted(target: Target, directory: Path) -> tuple[Broker, float]:
    """The broker, and how long it took until it acknowledged a record."""
    began = perf_counter()
    broker = target.start(directory)
    wait_for_ack(broker.address)
    return broker, perf_counter() - began


def compaction(target: Target, scale: Scale, directory: Path) -> Figures:
    """Compact logs that are already there, and time acks of another topic meanwhile."""
    broker, _ = started(target, directory, CLEANER_CONFIGS)
    tiny = f"{TOPIC}-tiny"
    client.create_topic(broker.address, tiny, 1)
    client.wait_until_served(broker.address, tiny, 1)
    log = target.log(directory)
    large = _compact(broker, scale, tiny, log, value_bytes=1_000, batches=LARGE_RECORD_BATCHES)
    small = _compact(broker, scale, tiny, log, value_bytes=100, batches=SMALL_RECORD_BATCHES)
    return {
        "mb_per_s": large["mb_per_s"],
        "small_mb_per_s": small["mb_per_s"],
        "p99_us": small["busy_p99_us"],  # that one lasts longer
        "of_idle": small["busy_p99_us"] / small["p99_us"],
    }


def _compact(
    broker: Broker, scale: Scale, tiny: str, log: Path, *, value_bytes: int, batches: int
) -> Figures:
    """A topic of so many batches of 100 KB, in which each key comes ten times."""
    name = f"{TOPIC}-{value_bytes}"
    batches = max(20, scale.count(batches))
    segment_bytes = max(1 << 20, batches * BATCH_BYTES // CLEANED_SEGMENTS)
    configs = {"segment.bytes": str(segment_bytes), "min.cleanable.dirty.ratio": "0.01"}
    client.create_topic(broker.address, name, 1, configs)
    client.wait_until_served(broker.address, name, 1)
    produced = load.run(
        "keyed_produce",
        broker.address,
        topic=name,
        batches=batches,
        different=batches // KEY_REPEATS,
        value_bytes=value_bytes,
    )
    client.expect_records(broker.address, name, 1, int(produced["records"]))
    return load.run(
        "acks_while_cleaned",
        broker.address,
        topic=name,
        tiny_topic=tiny,
        seconds=scale.seconds / 2,
        log=str(log),
    )


def segments(target: Target, scale: Scale, directory: Path) -> Figures:
    """One batch fills the indexes of a segment, so each batch begins the next one."""
    broker, _ = started(target, directory)
    client.create_topic(broker.address, TOPIC, 1, TINY_SEGMENT_CONFIGS)
    client.wait_until_served(broker.address, TOPIC, 1)
    count = scale.count(MANY_SEGMENTS)
    frame = wire.produce_frame(TOPIC, 0, SMALL_BATCH)
    began = perf_counter()
    with Connection(broker.address) as connection:
        for first in range(0, count, SEGMENTS_IN_FLIGHT):
            frames = [frame] * min(SEGMENTS_IN_FLIGHT, count - first)
            if refused(connection, frames):
                raise BenchError("the partition is not served")
    rolled_s = perf_counter() - began
    found = sum(1 for _ in directory.rglob(f"{TOPIC}-0/*.log"))
    if found != count:
        raise BenchError(f"{count} batches made {found} segments")
    os.sync()  # all at once: a broker that stops syncs file by file, for a minute on a slow disk
    target.stop()
    began = perf_counter()
    broker = target.start(directory)
    client.wait_until_served(broker.address, TOPIC, 1)
    first_answer_s = perf_counter() - began
    client.expect_records(broker.address, TOPIC, 1, count)
    return {"rolled_per_s": count / rolled_s, "first_answer_s": first_answer_s}


def started(
    target: Target, directory: Path, configs: Mapping[str, str] = client.NO_CONFIGS
) -> tuple[Broker, int]:
    """A broker on a new directory, and its pid."""
    target.prepare(directory, configs)
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

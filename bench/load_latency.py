"""Latency of one thing at a time: an ack, and a record on its way to a consumer that waits."""

from __future__ import annotations

import math
import sys
import time
from time import perf_counter

from . import wire
from .client import Address, BenchError, Connection

WARM_UP = 200
MAX_WAIT_MS = 5_000
PERCENTILES = {
    "p1_us": 0.01,
    "p10_us": 0.1,
    "p25_us": 0.25,
    "p50_us": 0.5,
    "p75_us": 0.75,
    "p90_us": 0.9,
    "p99_us": 0.99,
    "p999_us": 0.999,
}
PARKED_S = 0.002  # long enough for a fetch to reach the broker and to be waiting there


def ack_latency(host: str, port: int, topic: str, requests: int) -> dict[str, float]:
    """Time from sending a one-record Produce to its answer, one in flight."""
    with Connection(Address(host, port)).without_limit() as connection:
        times = timed_acks(connection, topic, requests=WARM_UP + requests)
    return percentiles(times[WARM_UP:]) | {"records": len(times)}


def timed_acks(
    connection: Connection, topic: str, *, requests: int = sys.maxsize, seconds: float = math.inf
) -> list[float]:
    """The time of each of so many one-record requests, one in flight; at least one."""
    frame = wire.produce_frame(topic, 0, wire.record_batch([bytes(100)]))
    incoming = bytearray(4096)
    sock = connection.socket
    times: list[float] = []
    answer_bytes = 1  # of the first answer, which comes in one piece
    started = perf_counter()
    deadline = started + seconds
    while len(times) < requests and started < deadline:
        started = perf_counter()
        sock.sendall(frame)
        received = sock.recv_into(incoming)
        while 0 < received < answer_bytes:
            received += sock.recv_into(memoryview(incoming)[received:])
        times.append(perf_counter() - started)
        answer_bytes = received
    if wire.produce_error(incoming, topic):
        raise BenchError("Produce failed")
    return times


def poll_latency(host: str, port: int, topic: str, records: int) -> dict[str, float]:
    """Time from sending a Produce to the arrival of its record at a fetch that was waiting."""
    produce = wire.produce_frame(topic, 0, wire.record_batch([bytes(100)]))
    address = Address(host, port)
    times = []
    with Connection(address) as producer, Connection(address) as consumer:
        for offset in range(WARM_UP // 4 + records):
            consumer.socket.sendall(
                wire.fetch_frame(
                    topic, 0, offset, max_wait_ms=MAX_WAIT_MS, partition_max_bytes=1 << 20
                )
            )
            time.sleep(PARKED_S)
            started = perf_counter()
            producer.socket.sendall(produce)
            answer = consumer.receive()
            times.append(perf_counter() - started)
            head = wire.fetch_head(answer, topic)
            if head.error_code or not head.records_bytes:
                raise BenchError(f"offset {offset} of {topic} did not arrive: {head}")
            producer.receive()
    return percentiles(times[WARM_UP // 4 :])


def percentiles(times: list[float]) -> dict[str, float]:
    """The distribution in microseconds: p50_us and p99_us are judged, the others are drawn."""
    ordered = sorted(times)
    return {name: ordered[int(len(ordered) * part)] * 1e6 for name, part in PERCENTILES.items()}

"""Latency of one thing at a time: an ack, and a record on its way to a consumer that waits."""

from __future__ import annotations

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
    frame = wire.produce_frame(topic, 0, wire.record_batch([bytes(100)]))
    incoming = bytearray(4096)
    times = []
    with Connection(Address(host, port)).without_limit() as connection:
        answer_bytes = len(connection.call(frame))
        sock = connection.socket
        for _ in range(WARM_UP + requests):
            started = perf_counter()
            sock.sendall(frame)
            received = sock.recv_into(incoming)
            while 0 < received < answer_bytes:
                received += sock.recv_into(memoryview(incoming)[received:])
            times.append(perf_counter() - started)
        if wire.produce_error(incoming, topic):
            raise BenchError("Produce failed")
    return percentiles(times[WARM_UP:]) | {"records": 1 + WARM_UP + requests}


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

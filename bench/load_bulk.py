"""Megabyte batches over raw sockets: what a broker moves when records are not the cost."""

from __future__ import annotations

from time import perf_counter

from . import wire
from .client import Address, BenchError, Connection

VALUE_BYTES = 1_000_000  # a batch just under max.message.bytes
IN_FLIGHT = 4
FETCH_BYTES = 8 << 20
MAX_WAIT_MS = 500


def bulk_produce(
    host: str, port: int, topic: str, batches: int, partitions: int = 1, value_bytes: int = 0
) -> dict[str, float]:
    """Send `batches` batches of one record, a few in flight, to the partitions in turn."""
    batch = wire.record_batch([bytes(value_bytes or VALUE_BYTES)])
    frames = [wire.produce_frame(topic, partition, batch) for partition in range(partitions)]
    with Connection(Address(host, port)).without_limit() as connection:
        started = perf_counter()
        for number in range(batches + IN_FLIGHT):
            if number < batches:
                connection.socket.sendall(frames[number % partitions])
            if number >= IN_FLIGHT and wire.produce_error(connection.receive(), topic):
                raise BenchError("Produce failed")
        seconds = perf_counter() - started
    return {"bytes": batches * len(batch), "records": batches, "seconds": seconds}


def bulk_fetch(host: str, port: int, topic: str, batches: int, passes: int) -> dict[str, float]:
    """Read what bulk_produce wrote to partition 0, `passes` times over, on one connection."""
    batch_bytes = len(wire.record_batch([bytes(VALUE_BYTES)]))
    buffer = memoryview(bytearray(1 << 20))
    total = 0
    with Connection(Address(host, port)).without_limit() as connection:
        started = perf_counter()
        for _ in range(passes):
            offset = 0
            while offset < batches:
                records = _fetch_once(connection, topic, offset, buffer)
                if records < batch_bytes:
                    raise BenchError(f"offset {offset} of {topic}: {records} bytes")
                total += records
                # The last batch may be cut off; it is asked for again.
                offset += records // batch_bytes
        seconds = perf_counter() - started
    return {"bytes": total, "seconds": seconds}


def _fetch_once(connection: Connection, topic: str, offset: int, buffer: memoryview) -> int:
    """Bytes of records in the answer to one fetch; they are received and forgotten."""
    sock = connection.socket
    sock.sendall(
        wire.fetch_frame(topic, 0, offset, max_wait_ms=MAX_WAIT_MS, partition_max_bytes=FETCH_BYTES)
    )
    head_bytes = wire.fetch_head_bytes(topic)
    received = 0
    while received < head_bytes:
        received += _some(sock.recv_into(buffer[received:]))
    head = wire.fetch_head(buffer, topic)
    if head.error_code:
        raise BenchError(f"Fetch of {topic} failed with error {head.error_code}")
    left = 4 + int.from_bytes(buffer[:4], "big") - received
    while left > 0:
        left -= _some(sock.recv_into(buffer, min(left, len(buffer))))
    return head.records_bytes


def _some(count: int) -> int:
    if not count:
        raise BenchError("the broker closed the connection")
    return count

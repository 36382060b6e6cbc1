"""Tiny Produce requests over raw sockets, cheap enough to saturate a broker on the other core.

Requests are built once; answers are counted by bytes, because all answers to the same request to
the same partition have the same length. The first answer is looked at, the log's end offset at the
end is checked by the caller.
"""

from __future__ import annotations

import select
import socket
from time import perf_counter

from . import wire
from .client import Address, BenchError, Connection
from .process import cpu_seconds

RECEIVE_BYTES = 256 * 1024


def produce_pipelined(
    host: str, port: int, topic: str, seconds: float, window: int, pid: int | None = None
) -> dict[str, float]:
    """Keep `window` one-record requests in flight on one connection for `seconds`."""
    frame = wire.produce_frame(topic, 0, wire.record_batch([bytes(100)]))
    with Connection(Address(host, port)).without_limit() as connection:
        answer_bytes = _first_answer(connection, frame, topic)
        sock = connection.socket
        outgoing = memoryview(frame * window)
        incoming = bytearray(RECEIVE_BYTES)
        cpu_before = cpu_seconds(pid) if pid else 0.0
        started = now = perf_counter()
        deadline = started + seconds
        sock.sendall(outgoing)
        sent, answered, received = window, 0, 0
        while answered < sent:
            received += _received(sock, incoming)
            done = received // answer_bytes
            now = perf_counter()
            if done > answered and now < deadline:
                fresh = done - answered
                sock.sendall(outgoing[: fresh * len(frame)])
                sent += fresh
            answered = done
        cpu = cpu_seconds(pid) - cpu_before if pid else 0.0
    return {"requests": sent, "records": sent + 1, "seconds": now - started, "cpu_seconds": cpu}


def produce_connections(
    host: str, port: int, topic: str, seconds: float, connections: int, pid: int | None = None
) -> dict[str, float]:
    """One request in flight on each of `connections`, for `seconds`; partition = connection."""
    poller = select.epoll()
    opened: dict[int, tuple[socket.socket, bytes, int]] = {}
    for partition in range(connections):
        connection = Connection(Address(host, port)).without_limit()
        frame = wire.produce_frame(topic, partition, wire.record_batch([bytes(100)]))
        answer_bytes = _first_answer(connection, frame, topic)
        number = connection.socket.fileno()
        opened[number] = (connection.socket, frame, answer_bytes)
        poller.register(number, select.EPOLLIN)
    incoming = bytearray(4096)
    cpu_before = cpu_seconds(pid) if pid else 0.0
    started = now = perf_counter()
    deadline = started + seconds
    for sock, frame, _ in opened.values():
        sock.sendall(frame)
    sent, answered = len(opened), 0
    while answered < sent:
        for number, _ in poller.poll(10):
            sock, frame, answer_bytes = opened[number]
            if _received(sock, incoming) != answer_bytes:
                raise BenchError("an answer came in pieces or with another length")
            answered += 1
            if now < deadline:
                sock.sendall(frame)
                sent += 1
        now = perf_counter()
    cpu = cpu_seconds(pid) - cpu_before if pid else 0.0
    for sock, _, _ in opened.values():
        sock.close()
    return {
        "requests": sent,
        "records": sent + connections,
        "seconds": now - started,
        "cpu_seconds": cpu,
    }


def _received(sock: socket.socket, buffer: bytearray) -> int:
    count = sock.recv_into(buffer)
    if not count:
        raise BenchError("the broker closed the connection")
    return count


def _first_answer(connection: Connection, frame: bytes, topic: str) -> int:
    """Length of the answer to one request that was accepted."""
    answer = connection.call(frame)
    error = wire.produce_error(answer, topic)
    if error:
        raise BenchError(f"Produce to {topic} failed with error {error}")
    return len(answer)

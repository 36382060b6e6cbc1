"""Tiny requests while another client sends large batches: what the ones wait for the others.

The large batches are sent by a child process until it is told to stop, so that only the broker's
time is shared. Their records are text that compresses as logs do, about three times.
"""

from __future__ import annotations

import random
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from time import perf_counter

from . import wire
from .client import Address, BenchError, Connection
from .load_latency import WARM_UP, percentiles, timed_acks

IN_FLIGHT = 2
CHILD_LIMIT_S = 30
WORDS = 300
BATCHES = 8  # different ones, sent in turn


def produce_beside(
    host: str,
    port: int,
    topic: str,
    tiny_topic: str,
    seconds: float,
    value_bytes: int,
    records: int,
    compression: int = 0,
) -> dict[str, float]:
    """Batches to partition 0 of `topic`, of `records` with values of about `value_bytes`, and
    meanwhile one-record acks of `tiny_topic`.

    `bytes` are those of the values before any compression. busy_p50_us and busy_p99_us are of the
    acks beside the batches, p50_us and p99_us of those without them; `records` and `tiny_records`
    are what must be in the logs.
    """
    address = Address(host, port)
    context = get_context("fork")
    here, there = context.Pipe()
    child = context.Process(
        target=_send_until_told,
        args=(there, address, topic, value_bytes, records, compression),
        daemon=True,
    )
    with Connection(address).without_limit() as connection:
        timed_acks(connection, tiny_topic, requests=WARM_UP)
        idle = timed_acks(connection, tiny_topic, seconds=seconds / 2)
        child.start()
        _expect(here)  # the first batch is acknowledged
        busy = timed_acks(connection, tiny_topic, seconds=seconds)
    here.send("stop")
    sent = _expect(here)
    child.join(CHILD_LIMIT_S)
    figures = percentiles(idle)
    for name, value in percentiles(busy).items():
        figures[f"busy_{name}"] = value
    return figures | sent | {"tiny_records": WARM_UP + len(idle) + len(busy)}


def text_values(count: int, size: int, seed: int) -> list[bytes]:
    """Values of `size` bytes on average, words drawn from a vocabulary."""
    chance = random.Random(seed)
    words = [f"{chance.getrandbits(36):x} ".encode() for _ in range(WORDS)]
    values = []
    for _ in range(count):
        text = b"".join(chance.choices(words, k=size // 4))
        values.append(text[: chance.randrange(size // 2, size * 3 // 2)])
    return values


def _send_until_told(
    pipe: Pipe, address: Address, topic: str, value_bytes: int, records: int, compression: int
) -> None:
    """In the child: {} when the first batch is acknowledged, the figures when told to stop."""
    frames, sizes = [], []
    for number in range(BATCHES):
        values = text_values(records, value_bytes, number)
        batch = wire.record_batch(values, compression=compression)
        frames.append(wire.produce_frame(topic, 0, batch))
        sizes.append(sum(map(len, values)))
    with Connection(address).without_limit() as connection:
        _check(connection.call(frames[0]), topic)
        pipe.send({})
        started = perf_counter()
        sent = acknowledged = 0
        while not pipe.poll() or acknowledged < sent:
            while sent - acknowledged < IN_FLIGHT and not pipe.poll():
                connection.socket.sendall(frames[sent % BATCHES])
                sent += 1
            if acknowledged < sent:
                _check(connection.receive(), topic)
                acknowledged += 1
        seconds = perf_counter() - started
    total = sum(sizes[number % BATCHES] for number in range(sent))
    records += sent * records
    pipe.send({"batches": sent, "records": records, "bytes": total, "seconds": seconds})


def _check(answer: bytes, topic: str) -> None:
    if error := wire.produce_error(answer, topic):
        raise BenchError(f"Produce to {topic} failed with error {error}")


def _expect(pipe: Pipe) -> dict[str, float]:
    if not pipe.poll(CHILD_LIMIT_S):
        raise BenchError(f"nothing from the other client in {CHILD_LIMIT_S} s")
    try:
        told: dict[str, float] = pipe.recv()
    except EOFError:
        raise BenchError("the other client failed") from None
    return told

"""A log with every key several times, and tiny requests while it is compacted."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter

from . import client, wire
from .client import Address, BenchError, Connection
from .load_beside import text_values
from .load_latency import WARM_UP, percentiles, timed_acks

BATCH_BYTES = 100_000
IN_FLIGHT = 4
LIMIT_S = 60
LOOK_EVERY_S = 0.05

# What brokers log when a log is compacted: ours in bytes, Kafka's in MB of 2^20 bytes.
OUR_LINE = r"log cleaned topic={topic} partition=0 .* bytes=(\d+)->\d+ .* seconds=([\d.]+)"
KAFKAS_LINE = r"cleaned log {topic}-0 [^\n]*\n\s*([\d,.]+) MB of log processed in ([\d,.]+) seconds"


def keyed_produce(
    host: str, port: int, topic: str, batches: int, different: int, value_bytes: int
) -> dict[str, float]:
    """Send `batches` batches of 100 KB; every key comes back after `different` batches."""
    records = BATCH_BYTES // value_bytes
    values = text_values(records, value_bytes, seed=1)
    frames = []
    for number in range(different):
        keys = [b"key-%d-%d" % (number, place) for place in range(records)]
        frames.append(wire.produce_frame(topic, 0, wire.record_batch(values, keys)))
    with Connection(Address(host, port)).without_limit() as connection:
        for number in range(batches + IN_FLIGHT):
            if number < batches:
                connection.socket.sendall(frames[number % different])
            if number >= IN_FLIGHT and wire.produce_error(connection.receive(), topic):
                raise BenchError("Produce failed")
    return {"records": batches * records}


def acks_while_cleaned(
    host: str, port: int, topic: str, tiny_topic: str, seconds: float, log: str
) -> dict[str, float]:
    """Time acks of `tiny_topic` for `seconds`, then let `topic` be compacted and go on until the
    broker logs that it was.

    mb_per_s is of what was read. p50_us and p99_us are of before, busy_p50_us and so on of
    meanwhile, which begins when the topic becomes a compacted one.
    """
    address = Address(host, port)
    busy: list[float] = []
    with Connection(address).without_limit() as connection:
        timed_acks(connection, tiny_topic, requests=WARM_UP)
        idle = timed_acks(connection, tiny_topic, seconds=seconds)
        client.set_topic_config(address, topic, "cleanup.policy", "compact")
        deadline = perf_counter() + LIMIT_S
        while (rate := logged_rate(Path(log).read_text(errors="replace"), topic)) is None:
            if perf_counter() > deadline:
                raise BenchError(f"{topic} was not compacted in {LIMIT_S} s")
            busy += timed_acks(connection, tiny_topic, seconds=LOOK_EVERY_S)
    figures = percentiles(idle)
    for name, value in percentiles(busy).items():
        figures[f"busy_{name}"] = value
    return figures | {"mb_per_s": rate}


def logged_rate(log: str, topic: str) -> float | None:
    """MB (10^6 bytes) per second of the first compaction in a broker's log; None without one."""
    name = re.escape(topic)
    for line, unit in ((OUR_LINE, 1), (KAFKAS_LINE, 1 << 20)):
        if found := re.search(line.format(topic=name), log):
            size, seconds = (float(part.replace(",", "")) for part in found.groups())
            return size * unit / max(seconds, LOOK_EVERY_S) / 1e6
    return None

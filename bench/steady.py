"""Rows that are measured on brokers that keep running, each round on a topic of its own."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from . import client, java_load, load, perf_tools
from .figures import SCALING_CONNECTIONS, Scale
from .load import Figures
from .target import Broker

WINDOW = 64
CONNECTIONS = 32
PARTITIONS = 6
RECOMPRESSED = ("lz4", "zstd")
RECOMPRESSED_RECORDS, RECOMPRESSED_VALUE_BYTES = 100, 1_000  # batches of 100 KB
GROUP_MESSAGES = 60_000  # some in every partition
SHARING_MEMBERS, SHARED_PARTITIONS = 100, 1_000
GB = 1e9

_topic_numbers = itertools.count(1)


def produce_pipelined(broker: Broker, scale: Scale, _: Path) -> Figures:
    return _pipelined(broker, scale, client.NO_CONFIGS)


def _pipelined(broker: Broker, scale: Scale, configs: Mapping[str, str]) -> Figures:
    with topic(broker, 1, configs) as name:
        result = load.run(
            "produce_pipelined",
            broker.address,
            topic=name,
            seconds=scale.seconds,
            window=WINDOW,
            pid=broker.pid,
        )
        client.expect_records(broker.address, name, 1, int(result["records"]))
    return request_figures(broker, result)


def produce_connections(broker: Broker, scale: Scale, _: Path) -> Figures:
    with topic(broker, CONNECTIONS) as name:
        result = load.run(
            "produce_connections",
            broker.address,
            topic=name,
            seconds=scale.seconds,
            connections=CONNECTIONS,
            pid=broker.pid,
        )
        client.expect_records(broker.address, name, CONNECTIONS, int(result["records"]))
    return request_figures(broker, result)


def scaling(broker: Broker, scale: Scale, _: Path) -> Figures:
    """Requests per second by the number of connections, half the time each of the other rows."""
    figures: Figures = {}
    for connections in SCALING_CONNECTIONS:
        with topic(broker, connections) as name:
            result = load.run(
                "produce_connections",
                broker.address,
                topic=name,
                seconds=scale.seconds / 2,
                connections=connections,
                pid=broker.pid,
            )
        figures[f"connections_{connections}"] = request_figures(broker, result)["requests_per_s"]
    return figures


def ack_latency(broker: Broker, scale: Scale, _: Path) -> Figures:
    with topic(broker, 1) as name:
        requests = scale.count(3_000)
        result = load.run("ack_latency", broker.address, topic=name, requests=requests)
        client.expect_records(broker.address, name, 1, int(result.pop("records")))
    return result


def poll_latency(broker: Broker, scale: Scale, _: Path) -> Figures:
    with topic(broker, 1) as name:
        return load.run("poll_latency", broker.address, topic=name, records=scale.count(500))


def append_time(broker: Broker, scale: Scale, _: Path) -> Figures:
    return _pipelined(broker, scale, {"message.timestamp.type": "LogAppendTime"})


def recompression(broker: Broker, scale: Scale, _: Path) -> Figures:
    """Batches that the broker compresses, and how long tiny ones of others take beside them."""
    figures: Figures = {}
    for codec in RECOMPRESSED:
        with topic(broker, 1, {"compression.type": codec}) as name, topic(broker, 1) as tiny:
            result = load.run(
                "produce_beside",
                broker.address,
                topic=name,
                tiny_topic=tiny,
                seconds=scale.seconds / 2,
                value_bytes=RECOMPRESSED_VALUE_BYTES,
                records=RECOMPRESSED_RECORDS,
            )
            client.expect_records(broker.address, name, 1, int(result["records"]))
            client.expect_records(broker.address, tiny, 1, int(result["tiny_records"]))
        figures[f"{codec}_mb_per_s"] = result["bytes"] / result["seconds"] / 1e6
        figures[f"{codec}_p99_us"] = result["busy_p99_us"]
    return figures


def bulk(broker: Broker, scale: Scale, directory: Path) -> Figures:
    """Under 200 MB: fresh pages of a virtual machine's memory would be what is measured."""
    batches, passes = scale.count(150), 4
    copied = load.run("copy", directory=str(directory), chunks=batches, passes=passes)
    with topic(broker, 1) as name:
        produced = load.run("bulk_produce", broker.address, topic=name, batches=batches)
        client.expect_records(broker.address, name, 1, batches)
        fetched = load.run("bulk_fetch", broker.address, topic=name, batches=batches, passes=passes)
    into, out = (result["bytes"] / result["seconds"] for result in (produced, fetched))
    return {
        "produce_gb_per_s": into / GB,
        "produce_of_copy": into / copied["in_bytes_per_s"],
        "fetch_gb_per_s": out / GB,
        "fetch_of_copy": out / copied["out_bytes_per_s"],
    }


def librdkafka_100(broker: Broker, scale: Scale, _: Path) -> Figures:
    with topic(broker, PARTITIONS) as name:
        result = produce_messages(broker, name, scale.count(1_000_000), value_bytes=100)
    figures = {"messages_per_s": result["records"] / result["seconds"]}
    return figures | ({"cpu_s": result["cpu_seconds"]} if broker.pid else {})


def librdkafka_1000(broker: Broker, scale: Scale, _: Path) -> Figures:
    messages, value_bytes = scale.count(300_000), 1_000
    with topic(broker, PARTITIONS) as name:
        produced = produce_messages(broker, name, messages, value_bytes=value_bytes)
        read = load.run(
            "librdkafka_read",
            broker.address,
            topic=name,
            partitions=PARTITIONS,
            messages=messages,
            value_bytes=value_bytes,
        )
    return {
        "produce_mb_per_s": messages * value_bytes / produced["seconds"] / 1e6,
        "read_mb_per_s": messages * value_bytes / read["seconds"] / 1e6,
    }


def java_perf(broker: Broker, scale: Scale, _: Path) -> Figures:
    """The tools that Kafka's users measure brokers with."""
    records, record_bytes = scale.count(1_000_000), 1_000
    with topic(broker, PARTITIONS) as name:
        parts = {
            "produce": perf_tools.produce(
                broker.address, name, records, record_bytes=record_bytes, pid=broker.pid
            ),
            "consume": perf_tools.consume(broker.address, name, records, pid=broker.pid),
        }
        client.expect_records(broker.address, name, PARTITIONS, records)
    return {
        f"{part}_{key}": value
        for part, figures in parts.items()
        for key, value in figures.items()
        if broker.pid or key != "cpu_s"
    }


def transactions(broker: Broker, scale: Scale, _: Path) -> Figures:
    """librdkafka 2.x speaks the first protocol of transactions: each partition is added before."""
    with topic(broker, 1) as name:
        result = load.run(
            "librdkafka_transactions",
            broker.address,
            topic=name,
            seconds=scale.seconds,
            pid=broker.pid,
        )
        client.wait_for_records(broker.address, name, int(result["records"]))
    return _transaction_figures(broker, result)


_JAVA_ATTEMPTS = 4


def java_transactions(broker: Broker, scale: Scale, _: Path) -> Figures:
    """Java speaks the second one (KIP-890): writing to a partition adds it."""
    for _attempt in range(_JAVA_ATTEMPTS):
        with topic(broker, 1) as name, contextlib.suppress(java_load.EndedTooEarlyError):
            result = java_load.transactions(broker.address, name, scale.seconds, pid=broker.pid)
            client.wait_for_records(broker.address, name, int(result["records"]))
            return _transaction_figures(broker, result)
    raise client.BenchError("the Java client ended a transaction too early, again and again")


def _transaction_figures(broker: Broker, result: Figures) -> Figures:
    figures = {"transactions_per_s": result["transactions"] / result["seconds"]}
    if broker.pid:
        figures["cpu_us"] = result["cpu_seconds"] / result["transactions"] * 1e6
    return figures


def group_join(broker: Broker, _: Scale, __: Path) -> Figures:
    with topic(broker, PARTITIONS) as name:
        produce_messages(broker, name, GROUP_MESSAGES, value_bytes=10)
        return load.run("group_join", broker.address, topic=name)


def groups_settle(broker: Broker, _: Scale, __: Path) -> Figures:
    figures: Figures = {}
    for kind in ("classic", "consumer"):
        with topic(broker, SHARED_PARTITIONS) as name:
            result = load.run(
                "groups_settle",
                broker.address,
                topic=name,
                partitions=SHARED_PARTITIONS,
                members=SHARING_MEMBERS,
                kind=kind,
                group=name,
            )
        figures[f"{kind}_s"] = result["seconds"]
    return figures


def second_member(broker: Broker, _: Scale, __: Path) -> Figures:
    figures: Figures = {}
    for when, after_s in (("soon", 1.0), ("late", 15.0)):
        with topic(broker, PARTITIONS) as name:
            result = load.run(
                "second_member",
                broker.address,
                topic=name,
                partitions=PARTITIONS,
                group=name,
                after_s=after_s,
            )
        figures[f"{when}_ms"] = result["seconds"] * 1e3
    return figures


STEADY: dict[str, Callable[[Broker, Scale, Path], Figures]] = {
    "produce_pipelined": produce_pipelined,
    "produce_connections": produce_connections,
    "scaling": scaling,
    "ack_latency": ack_latency,
    "poll_latency": poll_latency,
    "bulk": bulk,
    "append_time": append_time,
    "recompression": recompression,
    "librdkafka_100": librdkafka_100,
    "librdkafka_1000": librdkafka_1000,
    "java_perf": java_perf,
    "transactions": transactions,
    "java_transactions": java_transactions,
    "group_join": group_join,
    "groups_settle": groups_settle,
    "second_member": second_member,
}


@contextlib.contextmanager
def topic(
    broker: Broker, partitions: int, configs: Mapping[str, str] = client.NO_CONFIGS
) -> Iterator[str]:
    """A topic for one measurement; deleted afterwards so that the disk stays small."""
    name = f"bench-{os.getpid()}-{next(_topic_numbers):04}"
    client.create_topic(broker.address, name, partitions, configs)
    client.wait_until_served(broker.address, name, partitions)
    yield name
    client.delete_topic(broker.address, name)


def produce_messages(broker: Broker, name: str, messages: int, *, value_bytes: int) -> Figures:
    """librdkafka to every partition in turn; checked against the log."""
    result = load.run(
        "librdkafka_produce",
        broker.address,
        topic=name,
        partitions=PARTITIONS,
        messages=messages,
        value_bytes=value_bytes,
        pid=broker.pid,
    )
    client.expect_records(broker.address, name, PARTITIONS, messages)
    return result


def request_figures(broker: Broker, result: Figures) -> Figures:
    figures = {"requests_per_s": result["requests"] / result["seconds"]}
    if broker.pid:
        figures["cpu_us"] = result["cpu_seconds"] / result["requests"] * 1e6
    return figures

"""The load generators' process: `python -m bench.load NAME JSON` runs one and prints its figures.

A load is a function of keyword arguments that returns a flat dictionary of numbers. `run` starts
the process and waits for it; a load that hangs is stopped and fails its row.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from .client import Address, BenchError

LIMIT_S = 180  # generous: the slowest load takes 20 s on the slowest machine we know

Figures = dict[str, float]

LOADS = {
    "produce_pipelined": "load_raw",
    "produce_connections": "load_raw",
    "ack_latency": "load_latency",
    "poll_latency": "load_latency",
    "bulk_produce": "load_bulk",
    "bulk_fetch": "load_bulk",
    "copy": "load_copy",
    "produce_beside": "load_beside",
    "keyed_produce": "load_compaction",
    "acks_while_cleaned": "load_compaction",
    "librdkafka_produce": "load_librdkafka",
    "librdkafka_read": "load_librdkafka",
    "librdkafka_transactions": "load_librdkafka",
    "group_join": "load_librdkafka",
    "groups_settle": "load_groups",
    "second_member": "load_groups",
    "heartbeats": "load_groups",
    "write_groups": "load_groups",
}


def run(name: str, address: Address | None = None, **arguments: object) -> Figures:
    """Run a load in a process of its own against `address`; its figures."""
    if address is not None:
        arguments |= {"host": address.host, "port": address.port}
    root = Path(__file__).resolve().parent.parent
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "bench.load", name, json.dumps(arguments)],
            env=os.environ | {"PYTHONPATH": str(root)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BenchError(f"load {name} was stopped after {LIMIT_S} s") from None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise BenchError(f"load {name} failed: {last}")
    figures: Figures = json.loads(done.stdout)
    return figures


def main(name: str, arguments: str) -> None:
    """Run one load in this process and print its figures as JSON."""
    module = import_module(f".{LOADS[name]}", __package__)
    load: Callable[..., Figures] = getattr(module, name)
    json.dump(load(**json.loads(arguments)), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

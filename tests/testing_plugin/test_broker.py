"""`wirekafka.testing.Broker`, for unittest and scripts."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from wirekafka.testing import Broker, BrokerError

ROOT = Path(__file__).parents[2]


def send(bootstrap: str, value: str) -> int:
    """Returns the offset."""
    offsets: list[int] = []
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce("orders", value, on_delivery=lambda error, m: offsets.append(m.offset()))
    assert producer.flush(20) == 0
    return offsets[0]


def partitions(bootstrap: str) -> int:
    client = AdminClient({"bootstrap.servers": bootstrap})
    return len(client.list_topics("orders", timeout=20).topics["orders"].partitions)


def is_gone(bootstrap: str) -> bool:
    host, port = bootstrap.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize("in_process", [False, True], ids=["process", "thread"])
def test_a_broker_runs_for_a_block(in_process: bool) -> None:
    with Broker(in_process=in_process, num_partitions=3) as kafka:
        assert send(kafka.bootstrap, "v") == 0
        assert partitions(kafka.bootstrap) == 3
        with kafka.control as control:
            assert control.records("orders")[0]["value"] == "v"
    assert is_gone(kafka.bootstrap)


def test_configs_have_kafkas_names() -> None:
    with Broker({"num.partitions": 2, "auto.create.topics.enable": True}) as kafka:
        send(kafka.bootstrap, "v")
        assert partitions(kafka.bootstrap) == 2


def test_several_brokers_run_in_one_process() -> None:
    async def use() -> None:
        async with Broker(in_process=True) as one, Broker(in_process=True) as two:
            assert await asyncio.to_thread(send, one.bootstrap, "v") == 0
            assert await asyncio.to_thread(send, two.bootstrap, "v") == 0

    asyncio.run(use())


@pytest.mark.parametrize("in_process", [False, True], ids=["process", "thread"])
def test_a_bad_config_is_told(in_process: bool) -> None:
    with (
        pytest.raises(BrokerError, match=r"num\.partitions"),
        Broker(in_process=in_process, num_partitions="many"),
    ):
        pass


def test_what_is_in_the_data_dir_stays(tmp_path: Path) -> None:
    for offset in range(2):
        with Broker(data_dir=tmp_path / "data") as kafka:
            assert send(kafka.bootstrap, "v") == offset


def test_a_killed_broker_comes_back_on_its_port(tmp_path: Path) -> None:
    with Broker(data_dir=tmp_path / "data") as kafka:
        bootstrap = kafka.bootstrap
        assert send(bootstrap, "v") == 0
        kafka.kill()
        assert is_gone(bootstrap)
        kafka.start()
        assert kafka.bootstrap == bootstrap
        assert send(bootstrap, "v") == 1


def test_a_failing_block_shows_the_log() -> None:
    with pytest.raises(ValueError, match="boom") as caught, Broker():
        raise ValueError("boom")
    assert any("joined cluster" in note for note in caught.value.__notes__)


def test_the_broker_ends_with_its_parent_however_that_ends(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from wirekafka.testing import Broker\n"
        "broker = Broker().start()\n"
        "print(broker.pid, broker.bootstrap, flush=True)\n"
        "sys.stdin.read()\n"
    )
    paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
    parent = subprocess.Popen(
        [sys.executable, "-P", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "TMPDIR": str(tmp_path)},
    )
    assert parent.stdout is not None
    _, bootstrap = parent.stdout.readline().split()
    leash = socket.create_connection(tuple(bootstrap.split(":")), timeout=30)
    parent.kill()
    parent.communicate()
    leash.settimeout(30)
    assert leash.recv(1) == b""  # its last act: it closes its connections
    leash.close()


def test_nothing_of_the_broker_is_imported_before_it_is_needed() -> None:
    script = (
        "import sys, wirekafka.testing; from wirekafka.testing import Broker; "
        "print([m for m in ('asyncio', 'pytest', 'wirekafka.broker', 'http.client')"
        " if m in sys.modules])"
    )
    paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"

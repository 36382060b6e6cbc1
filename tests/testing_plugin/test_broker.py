"""`wirekafka.testing.Broker`, for unittest and scripts."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from wirekafka.testing import Broker, BrokerError
from wirekafka.testing import process as process_module
from wirekafka.testing.process import BrokerProcess, start
from wirekafka.testing.wanted import Wanted

ROOT = Path(__file__).parents[2]
PATHS = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(PATHS)}


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


@pytest.mark.parametrize("in_process", [False, True], ids=["process", "thread"])
def test_who_commands_a_broker_commands_it_after_a_restart(
    tmp_path: Path, in_process: bool
) -> None:
    """So does a page that is open in a browser."""
    broker = Broker(data_dir=tmp_path / "data", in_process=in_process)
    with broker as kafka, kafka.control as control:
        control.seed(topics=[{"name": "orders"}])
        kafka.stop()
        kafka.start()
        assert control.records("orders") == []


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
    parent = subprocess.Popen(
        [sys.executable, "-P", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**ENVIRONMENT, "TMPDIR": str(tmp_path)},
    )
    assert parent.stdout is not None
    _, bootstrap = parent.stdout.readline().split()
    leash = socket.create_connection(tuple(bootstrap.split(":")), timeout=30)
    parent.kill()
    parent.communicate()
    leash.settimeout(30)
    assert leash.recv(1) == b""  # its last act: it closes its connections
    leash.close()


def started(directory: Path) -> BrokerProcess:
    options = {
        "wanted": asdict(Wanted(str(directory / "data"))),
        "log_level": "INFO",
        "is_shared": False,
        "remove": str(directory / "data"),
    }
    return start(options, directory / "broker.log")


def test_the_data_of_who_ended_without_a_word_is_removed(tmp_path: Path) -> None:
    """A script that ends lets go of its connections before it is gone."""
    running = started(tmp_path)
    assert (tmp_path / "data").exists()
    running._leash.close()
    assert running.process is not None
    assert running.process.wait(60) == 0
    assert not (tmp_path / "data").exists()


def test_a_forked_child_that_lives_on_does_not_keep_the_broker(tmp_path: Path) -> None:
    running = started(tmp_path)
    inherited = running._leash.dup()  # what such a child has
    running.stop()
    assert running.process is not None
    assert running.process.returncode == 0  # ended by itself, not killed
    inherited.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
@pytest.mark.parametrize("in_process", [False, True], ids=["process", "thread"])
def test_a_forked_child_that_leaves_the_block_does_not_end_the_broker(in_process: bool) -> None:
    script = (
        "import os, socket\n"
        "from wirekafka.testing import Broker\n"
        f"kafka = Broker(in_process={in_process}).start()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    kafka.stop()\n"
        "    os._exit(0)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "with kafka.control as control:\n"
        "    control.seed(topics=[{'name': 'orders'}])\n"
        "    control.seed(records=[{'topic': 'orders', 'value': 'v'}])\n"
        "    assert os.path.exists(kafka._temporary)\n"
        "kafka.stop()\n"
    )
    subprocess.run([sys.executable, "-P", "-c", script], env=ENVIRONMENT, check=True)


def test_ctrl_c_while_the_broker_starts_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[str]] = []

    def interrupted(process: subprocess.Popen[str], options: str) -> dict[str, object]:
        started.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(process_module, "_first_line", interrupted)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        Broker().start()
    (process,) = started
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()
    assert process.returncode is not None
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_the_broker_is_imported_before_it_is_needed() -> None:
    script = (
        "import sys, wirekafka.testing; from wirekafka.testing import Broker; "
        "print([m for m in ('asyncio', 'pytest', 'wirekafka.broker', 'http.client')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"

"""A broker that cannot start says why in one line, and exits: 1 the machine, 2 the config."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

ROOT = Path(__file__).parents[2]
WAIT_SECONDS = 20
TOPIC = "old"


def serve(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `wirekafka serve`, which must end by itself."""
    paths = [str(ROOT), str(ROOT / "protocol"), str(ROOT / "storage")]
    return subprocess.run(
        [sys.executable, "-m", "wirekafka", "serve", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        cwd=cwd,
        check=False,
    )


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says what is wrong; there is no traceback, and nothing claims readiness."""
    assert "Traceback" not in done.stderr, done.stderr
    assert "started" not in done.stdout
    lines = [line for line in done.stderr.splitlines() if line.startswith("wirekafka serve: ")]
    assert len(lines) == 1, done.stderr
    return lines[0]


def fill(broker: Any, partitions: int = 1, count: int = 50) -> None:
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    admin.create_topics([NewTopic(TOPIC, partitions, 1)])[TOPIC].result(WAIT_SECONDS)
    producer = Producer({"bootstrap.servers": broker.bootstrap, "log_level": 0, "linger.ms": 0})
    for number in range(count):
        producer.produce(TOPIC, b"%d" % number, partition=number % partitions)
        if number % 5 == 4:
            producer.flush(WAIT_SECONDS)  # so that there are several batches
    assert producer.flush(WAIT_SECONDS) == 0


def count_records(broker: Any, partition: int = 0) -> int:
    consumer = Consumer(
        {
            "bootstrap.servers": broker.bootstrap,
            "log_level": 0,
            "group.id": "count",
            "enable.partition.eof": True,
            "enable.auto.commit": False,
        }
    )
    consumer.assign([TopicPartition(TOPIC, partition, 0)])
    found = 0
    while True:
        (message,) = consumer.consume(1, WAIT_SECONDS)
        if message.error() is not None:
            consumer.close()
            return found
        found += 1


def log_file(broker: Any, partition: int = 0) -> Path:
    (path,) = (broker.data_dir / f"{TOPIC}-{partition}").glob("*.log")
    return path


def test_a_second_broker_on_the_directory_is_told_whose_it_is(start_broker: Any) -> None:
    broker = start_broker()
    done = serve(
        "--listen", "127.0.0.1:0", "--data-dir", str(broker.data_dir), cwd=broker.data_dir.parent
    )
    assert done.returncode == 1
    line = complaint(done)
    assert str(broker.data_dir) in line
    assert str(broker.pid) in line
    fill(broker)  # the first one is undisturbed
    assert count_records(broker) == 50


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = serve(
            "--listen", f"127.0.0.1:{port}", "--data-dir", str(tmp_path / "d"), cwd=tmp_path
        )
    assert done.returncode == 1
    assert str(port) in complaint(done)
    assert not (tmp_path / "d").exists(), "a start that fails must not leave a directory"


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("num.partitons=3", "num.partitions"),
        ("num.partitions=many", "num.partitions"),
        ("num.partitions=0", "num.partitions"),
        ("log.segment.bytes=1", "log.segment.bytes"),
        ("listeners=nonsense", "listeners"),
        ("nothing", "nothing"),
    ],
)
def test_a_bad_config_is_one_line_that_names_it(tmp_path: Path, setting: str, named: str) -> None:
    done = serve("--data-dir", str(tmp_path / "d"), "--set", setting, cwd=tmp_path)
    assert done.returncode == 2
    assert named in complaint(done)
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_config_file_is_named(tmp_path: Path) -> None:
    done = serve("no-such.properties", cwd=tmp_path)
    assert done.returncode == 2
    assert "no-such.properties" in complaint(done)


def test_a_data_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a directory")
    done = serve("--listen", "127.0.0.1:0", "--data-dir", str(tmp_path / "data"), cwd=tmp_path)
    assert done.returncode == 1
    assert str(tmp_path / "data") in complaint(done)


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "data"
    done = serve("--listen", "127.0.0.1:0", "--data-dir", str(target), cwd=tmp_path)
    assert done.returncode == 1
    assert str(target) in complaint(done)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"version=1\n", b"version=9\n"])
def test_unreadable_meta_properties_stop_the_start(start_broker: Any, content: bytes) -> None:
    broker = start_broker()
    broker.stop()
    (broker.data_dir / "meta.properties").write_bytes(content)
    done = serve(
        "--listen", "127.0.0.1:0", "--data-dir", str(broker.data_dir), cwd=broker.data_dir.parent
    )
    assert done.returncode == 1
    assert "meta.properties" in complaint(done)


def test_a_directory_of_another_cluster_is_refused(start_broker: Any) -> None:
    broker = start_broker()
    fill(broker)
    broker.stop()
    meta = broker.data_dir / "meta.properties"
    text = re.sub("cluster.id=.*", "cluster.id=AAAAAAAAAAAAAAAAAAAAAA", meta.read_text())
    meta.write_text(text)
    done = serve(
        "--listen", "127.0.0.1:0", "--data-dir", str(broker.data_dir), cwd=broker.data_dir.parent
    )
    assert done.returncode == 1
    line = complaint(done)
    assert "AAAAAAAAAAAAAAAAAAAAAA" in line
    assert "cluster" in line


def test_a_directory_of_another_broker_is_refused(start_broker: Any) -> None:
    broker = start_broker()
    broker.stop()
    done = serve(
        "--listen", "127.0.0.1:0", "--data-dir", str(broker.data_dir), "--set", "node.id=7",
        cwd=broker.data_dir.parent,
    )  # fmt: skip
    assert done.returncode == 1
    assert "broker 1" in complaint(done)


def test_a_damaged_metadata_database_is_named(start_broker: Any) -> None:
    broker = start_broker()
    broker.stop()
    (database,) = broker.data_dir.glob("*.sqlite")
    for path in broker.data_dir.glob("*.sqlite-*"):
        path.unlink()
    database.write_bytes(b"this is no database" * 500)
    done = serve(
        "--listen", "127.0.0.1:0", "--data-dir", str(broker.data_dir), cwd=broker.data_dir.parent
    )
    assert done.returncode == 1
    assert database.name in complaint(done)


def test_a_segment_that_cannot_be_read_takes_only_its_directory(
    start_broker: Any, tmp_path: Path
) -> None:
    """A directory where the .log should be: reading fails whoever asks, also for root."""
    second = tmp_path / "second"
    broker = start_broker(f"log.dirs={tmp_path / 'data-0'},{second}")
    fill(broker, 4, 200)
    broker.stop()
    broken = sorted(second.glob(f"{TOPIC}-*"))
    assert len(broken) == 2
    (log,) = broken[0].glob("*.log")
    log.unlink()
    log.mkdir()
    broker.start()
    lost = {int(folder.name.rpartition("-")[2]) for folder in broken}
    for partition in {0, 1, 2, 3} - lost:
        assert count_records(broker, partition) == 50
    errors = [line for line in broker.log().splitlines() if "] ERROR " in line]
    assert any(str(second) in line for line in errors), errors


def test_a_bad_batch_in_the_middle_cuts_the_log_there_and_says_so(start_broker: Any) -> None:
    broker = start_broker()
    fill(broker)
    broker.kill()
    path = log_file(broker)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    broker.start()
    assert 0 < count_records(broker) < 50
    assert "log repaired" in broker.log()
    assert f"{TOPIC}-0" in broker.log()


@pytest.mark.parametrize("suffix", [".index", ".timeindex"])
@pytest.mark.parametrize("content", [None, b"", b"\xff" * 12, b"\x00" * 24, b"odd"])
@pytest.mark.parametrize("cleanly", [True, False])
def test_a_damaged_index_costs_nothing(
    start_broker: Any, suffix: str, content: bytes | None, cleanly: bool
) -> None:
    broker = start_broker("log.index.interval.bytes=100")
    fill(broker)
    broker.stop() if cleanly else broker.kill()
    path = log_file(broker).with_suffix(suffix)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    broker.start()
    assert count_records(broker) == 50


def test_a_folder_of_nobody_is_set_aside(start_broker: Any) -> None:
    """What the metadata does not know may be somebody's data: it is kept, and not in the way."""
    broker = start_broker()
    fill(broker)
    broker.stop()
    shutil.copytree(broker.data_dir / f"{TOPIC}-0", broker.data_dir / "lost-0")
    metadata = broker.data_dir / "lost-0" / "partition.metadata"
    metadata.write_text("version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ")
    broker.start()
    assert not (broker.data_dir / "lost-0").exists()
    (stray,) = broker.data_dir.glob("lost-0*-stray")
    assert list(stray.glob("*.log"))
    assert count_records(broker) == 50

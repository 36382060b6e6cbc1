"""Snapshot, restore and fork of a whole broker, with real clients and with kill -9."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from wirekafka.testing import Beside, Broker
from wirekafka.testing.control import ControlClient, ControlRefused

LARGE = "v" * 50_000


@pytest.fixture(scope="module")
def running() -> Iterator[Broker]:
    with Broker() as broker:
        yield broker


@pytest.fixture
def kafka(running: Broker) -> Iterator[Beside]:
    """A broker of this test's own."""
    with running.namespace() as beside:
        yield beside


def send(bootstrap: str, *values: str, topic: str = "orders") -> None:
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True})
    for value in values:
        producer.produce(topic, value, partition=0)
    assert producer.flush(20) == 0


def read(kafka: Beside | Broker, topic: str = "orders") -> list[str]:
    with kafka.control as control:
        return [record["value"] for record in control.records(topic)]


def committed(bootstrap: str, group: str) -> int:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group})
    try:
        (partition,) = consumer.committed([TopicPartition("orders", 0)], timeout=20)
        return int(partition.offset)
    finally:
        consumer.close()


def commit(bootstrap: str, group: str, offset: int) -> None:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group})
    try:
        consumer.commit(offsets=[TopicPartition("orders", 0, offset)], asynchronous=False)
    finally:
        consumer.close()


@pytest.mark.parametrize("size", [1, 20], ids=["small", "large"])
def test_after_a_fork_neither_side_sees_the_other(kafka: Beside, size: int) -> None:
    before = [f"{number}{LARGE}" for number in range(size)]
    send(kafka.bootstrap, *before)
    commit(kafka.bootstrap, "app", 1)
    with kafka.fork() as fork:
        send(kafka.bootstrap, "left")
        send(fork.bootstrap, "right", "right again")
        commit(fork.bootstrap, "app", 2)
        assert read(kafka) == [*before, "left"]
        assert read(fork) == [*before, "right", "right again"]
        assert committed(kafka.bootstrap, "app") == 1
        assert committed(fork.bootstrap, "app") == 2


def test_a_restored_broker_is_as_it_was(kafka: Beside) -> None:
    send(kafka.bootstrap, "kept")
    commit(kafka.bootstrap, "app", 1)
    kafka.snapshot("before")
    send(kafka.bootstrap, "lost")
    send(kafka.bootstrap, "lost", topic="another")
    commit(kafka.bootstrap, "app", 2)
    for _ in range(2):
        kafka.restore("before")
        assert read(kafka) == ["kept"]
        assert committed(kafka.bootstrap, "app") == 1
        send(kafka.bootstrap, "new")
        assert read(kafka) == ["kept", "new"]
        with kafka.control as control, pytest.raises(ControlRefused):
            control.records("another")


def test_clients_come_back_to_a_restored_broker_by_themselves(kafka: Beside) -> None:
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    producer.produce("orders", "kept")
    assert producer.flush(20) == 0
    kafka.snapshot("before")
    kafka.restore("before")
    producer.produce("orders", "by the same client")
    assert producer.flush(20) == 0
    assert read(kafka) == ["kept", "by the same client"]


def test_an_open_transaction_is_open_in_the_fork_as_well(kafka: Beside) -> None:
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "transactional.id": "tx"})
    producer.init_transactions(20)
    producer.begin_transaction()
    producer.produce("orders", "open")
    assert producer.flush(20) == 0
    with kafka.fork() as fork:
        producer.commit_transaction(20)
        heir = Producer({"bootstrap.servers": fork.bootstrap, "transactional.id": "tx"})
        heir.init_transactions(20)  # aborts what its predecessor left open
        with kafka.control as here, fork.control as there:
            (record,) = here.records("orders")
            assert record["outcome"] == "committed"
            (record,) = there.records("orders")
            assert record["outcome"] == "aborted"


def test_a_snapshot_may_be_forked_many_times(kafka: Beside) -> None:
    send(kafka.bootstrap, "kept")
    kafka.snapshot("before")
    send(kafka.bootstrap, "later")
    with kafka.fork(snapshot="before") as one, kafka.fork(snapshot="before") as two:
        send(one.bootstrap, "one")
        send(two.bootstrap, "two")
        assert read(one) == ["kept", "one"]
        assert read(two) == ["kept", "two"]
    assert read(kafka) == ["kept", "later"]


def test_after_a_kill_the_restored_data_is_there(tmp_path: Path) -> None:
    broker = Broker(data_dir=tmp_path / "data").start()
    try:
        send(broker.bootstrap, "kept", *(f"{n}{LARGE}" for n in range(20)))
        broker.snapshot("before")
        send(broker.bootstrap, "lost")
        broker.restore("before")
        send(broker.bootstrap, "after the restore")
        fork = broker.fork()
        send(fork.bootstrap, "in the fork")
        broker.kill()
        broker.start()
        found = read(broker)
        assert found[0] == "kept"
        assert found[21:] == ["after the restore"]
        send(broker.bootstrap, "after the kill")
        assert read(broker)[21:] == ["after the restore", "after the kill"]
    finally:
        broker.stop()


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[Broker]:
    """One whose data outlive it."""
    broker = Broker(data_dir=tmp_path / "data").start()
    yield broker
    broker.stop()


def names(broker: Broker) -> list[str]:
    with broker.control as control:
        return [one["name"] for one in control.snapshots()]


def restarted(broker: Broker, *, killed: bool) -> None:
    if killed:
        broker.kill()
    else:
        broker.stop()
    broker.start()


@pytest.mark.parametrize("killed", [True, False], ids=["killed", "stopped"])
def test_a_snapshot_is_there_as_long_as_the_data(durable: Broker, killed: bool) -> None:
    """It was forgotten: a restore that a kill had interrupted could not be asked for again."""
    send(durable.bootstrap, "kept")
    for name in ("first", "second"):
        durable.snapshot(name)
    with durable.control as control:
        before = control.snapshots()
    send(durable.bootstrap, "lost")
    restarted(durable, killed=killed)
    with durable.control as control:
        assert control.snapshots() == before
        with pytest.raises(ControlRefused) as refusal:
            control.take_snapshot("first")
        assert refusal.value.status == 409
        control.remove_snapshot("second")
    durable.restore("first")
    assert read(durable) == ["kept"]
    restarted(durable, killed=killed)
    assert names(durable) == ["first"]


def test_what_a_kill_left_half_made_is_gone_after_the_start(
    durable: Broker, tmp_path: Path
) -> None:
    durable.snapshot("whole")
    durable.fork()
    durable.kill()
    beside = tmp_path / "data.snapshots"
    note = (beside / ".-note-whole").read_text()
    (beside / ".-note-half").write_text(note.replace('"whole"', '"half"'))
    (beside / ".-new-half" / "orders-0").mkdir(parents=True)
    (tmp_path / "data" / ".restore" / "new" / "orders-0").mkdir(parents=True)
    (beside / "of somebody else").mkdir()
    durable.start()
    assert names(durable) == ["whole"]
    left = {path.name for path in beside.iterdir()}
    assert left == {"whole", ".-note-whole", "of somebody else"}
    assert not (tmp_path / "data" / ".restore").exists()
    durable.snapshot("half")
    assert names(durable) == ["whole", "half"]


@pytest.mark.parametrize("content", ["{", "[]", '{"name": "a"}', '{"cluster_id": 1, "node_id": 1}'])
def test_a_note_that_says_nothing_is_in_nobodys_way(
    durable: Broker, tmp_path: Path, content: str
) -> None:
    durable.snapshot("a")
    durable.kill()
    (tmp_path / "data.snapshots" / ".-note-a").write_text(content)
    durable.start()
    assert names(durable) == []
    durable.snapshot("a")
    assert names(durable) == ["a"]


def test_snapshots_of_another_cluster_are_left_alone(durable: Broker, tmp_path: Path) -> None:
    """As when the data were removed, and what lies beside them was not."""
    durable.snapshot("a")
    durable.kill()
    note = tmp_path / "data.snapshots" / ".-note-a"
    other = note.read_text().replace('"cluster_id": "', '"cluster_id": "x')
    note.write_text(other)
    durable.start()
    assert names(durable) == []
    assert note.read_text() == other
    assert (tmp_path / "data.snapshots" / "a").is_dir()


@pytest.mark.parametrize(
    ("noted", "left"),
    [
        ('{"scope": "all", "prefix": ""}', set()),
        ('{"scope": "all", "prefix": "ord"}', {"another"}),
        ('{"scope": "topics", "prefix": "another"}', {"orders"}),
        ('{"scope": "groups", "prefix": ""}', {"orders", "another"}),
    ],
)
def test_an_interrupted_reset_is_finished_by_the_start(
    durable: Broker, tmp_path: Path, noted: str, left: set[str]
) -> None:
    for topic in ("orders", "another"):
        send(durable.bootstrap, "v", topic=topic)
    commit(durable.bootstrap, "app", 1)
    commit(durable.bootstrap, "ord-app", 1)
    durable.kill()
    data = tmp_path / "data"
    (data / ".reset").write_text(noted)
    stray = data / "ordinary-0"  # deleted from the metadata, when the process was killed
    shutil.copytree(data / "orders-0", stray)
    (stray / "partition.metadata").write_text("version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ\n")
    durable.start()
    with durable.control as control:
        assert {name for name in ("orders", "another") if exists(control, name)} == left
        groups = {group["group_id"] for group in control.groups()}
        assert ("app" in groups) is not noted.endswith('"prefix": ""}')
    assert not (data / ".reset").exists()
    was_reset = noted in ('{"scope": "all", "prefix": ""}', '{"scope": "all", "prefix": "ord"}')
    assert any(path.name.endswith("-stray") for path in data.iterdir()) != was_reset


def exists(control: ControlClient, topic: str) -> bool:
    with contextlib.suppress(ControlRefused):
        control.records(topic)
        return True
    return False


def test_names_that_cannot_be_are_refused(kafka: Beside) -> None:
    for name in ("", "..", "a/b", ".hidden", "x" * 65):
        with pytest.raises(ControlRefused) as refusal:
            kafka.snapshot(name)
        assert refusal.value.status == 400
        assert refusal.value.field == "name"


def test_an_unknown_snapshot_is_404_and_a_second_of_a_name_409(kafka: Beside) -> None:
    kafka.snapshot("once")
    with pytest.raises(ControlRefused) as refusal:
        kafka.snapshot("once")
    assert refusal.value.status == 409
    for ask in (kafka.restore, lambda name: kafka.fork(snapshot=name)):
        with pytest.raises(ControlRefused) as refusal:
            ask("never")
        assert refusal.value.status == 404
    with kafka.control as control:
        assert [one["name"] for one in control.request("GET", "/snapshots")["snapshots"]] == [
            "once"
        ]
        control.request("DELETE", "/snapshots/once")
        assert control.request("GET", "/snapshots")["snapshots"] == []


def test_an_ended_namespace_is_gone(running: Broker) -> None:
    beside = running.namespace("mine")
    with pytest.raises(ControlRefused) as refusal:
        running.namespace("mine")
    assert refusal.value.status == 409
    beside.close()
    with pytest.raises(ControlRefused) as refusal:
        beside.close()
    assert refusal.value.status == 404
    with pytest.raises(KafkaException):
        Consumer({"bootstrap.servers": beside.bootstrap, "group.id": "g"}).list_topics(timeout=0.3)

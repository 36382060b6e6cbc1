"""The request log of one broker (GET /requests.pcapng), played against another."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from wirekafka.cli.main import main
from wirekafka.observe.large import LARGE_BYTES
from wirekafka.testing import Broker
from wirekafka.testing.broker import Beside

Row = dict[str, Any]


@pytest.fixture(scope="module")
def kafka() -> Iterator[Broker]:
    with Broker() as broker:
        yield broker


@pytest.fixture
def one(kafka: Broker) -> Iterator[Beside]:
    with kafka.namespace() as broker:
        yield broker


@pytest.fixture
def other(kafka: Broker) -> Iterator[Beside]:
    with kafka.namespace() as broker:
        yield broker


@pytest.fixture
def log(one: Beside, tmp_path: Path) -> Any:
    """Writes the request log of `one` into a file."""

    def exported() -> Path:
        path = tmp_path / "log.pcapng"
        with one.control as control:
            path.write_bytes(control.requests_pcapng())
        return path

    return exported


@pytest.fixture
def replay(capsys: pytest.CaptureFixture[str]) -> Any:
    """Exit code, one row for each request, what went to standard error."""

    def replayed(path: Path, broker: Beside, *options: str) -> tuple[int, list[Row], str]:
        words = ["replay", str(path), "--bootstrap-server", broker.bootstrap, "--json", *options]
        code = main(words)
        told = capsys.readouterr()
        return code, [json.loads(line) for line in told.out.splitlines()], told.err

    return replayed


def produce(broker: Beside, *values: str, **settings: Any) -> None:
    producer = Producer({"bootstrap.servers": broker.bootstrap, **settings})
    for value in values:
        producer.produce("orders", value, key="k")
    assert producer.flush(20) == 0


def consume(broker: Beside, count: int, group: str = "app", **settings: Any) -> list[bytes | None]:
    settings = {"group.id": group, "auto.offset.reset": "earliest", **settings}
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, **settings})
    consumer.subscribe(["orders"])
    found: list[bytes | None] = []
    while len(found) < count:
        message = consumer.poll(20)
        assert message is not None
        assert not message.error()
        found.append(message.value())
    consumer.close()
    return found


def transaction(broker: Beside) -> None:
    """Two of them by one producer, the second with the group's offsets; and one that is aborted."""
    producer = Producer({"bootstrap.servers": broker.bootstrap, "transactional.id": "payments"})
    producer.init_transactions(20)
    for value, is_kept in (("paid", True), ("lost", False), ("paid again", True)):
        producer.begin_transaction()
        producer.produce("orders", value)
        producer.flush(20)
        if is_kept:
            producer.commit_transaction(20)
        else:
            producer.abort_transaction(20)


def contents(broker: Beside) -> list[Any]:
    """Everything that clients can see of the records and of the group."""
    with broker.control as control:
        records = control.records("orders", limit=1000)
        groups = control.groups()
    told = [(row["value"], row["offset"], row["outcome"], row["timestamp_ms"]) for row in records]
    offsets = [(group["group_id"], group["state"], group["partitions"]) for group in groups]
    return [told, offsets]


def differing(rows: list[Row]) -> list[Any]:
    return [(row["api"], row["differences"]) for row in rows if row["differences"]]


def test_a_session_gives_the_same_records_and_offsets(
    one: Beside, other: Beside, log: Any, replay: Any
) -> None:
    """On a broker where all ids are others, because somebody was there before."""
    produce(other, "x", **{"enable.idempotence": True})
    transaction(other)
    admin = AdminClient({"bootstrap.servers": other.bootstrap})
    admin.delete_topics(["orders"])["orders"].result()

    produce(one, "a", "b", "c", **{"enable.idempotence": True})
    assert consume(one, 3) == [b"a", b"b", b"c"]
    transaction(one)
    assert consume(one, 2, **{"isolation.level": "read_committed"}) == [b"paid", b"paid again"]

    code, rows, _ = replay(log(), other)
    assert differing(rows) == []
    assert code == 0
    apis = {row["api"].split()[0] for row in rows}
    assert {"Produce", "Fetch", "JoinGroup", "OffsetCommit", "InitProducerId", "EndTxn"} <= apis
    assert contents(other) == contents(one)


def test_a_fork_goes_on_with_what_the_log_says(
    kafka: Broker, one: Beside, log: Any, replay: Any
) -> None:
    produce(one, "before")
    with one.fork() as fork:
        with one.control as control:
            control.forget_requests()
        produce(one, "after", **{"enable.idempotence": True})
        consume(one, 2)
        code, rows, _ = replay(log(), fork)
        assert differing(rows) == []
        assert code == 0
        assert contents(fork) == contents(one)


def test_members_join_together_again(one: Beside, other: Beside, log: Any, replay: Any) -> None:
    """The joins are parked until both are there."""
    admin = AdminClient({"bootstrap.servers": one.bootstrap})
    admin.create_topics([NewTopic("orders", 2)])["orders"].result()
    stop = threading.Event()

    def work(name: str) -> None:
        settings = {"group.id": "app", "client.id": name, "auto.offset.reset": "earliest"}
        consumer = Consumer({"bootstrap.servers": one.bootstrap, **settings})
        consumer.subscribe(["orders"])
        while not stop.is_set():
            consumer.poll(0.05)
        consumer.close()

    workers = [threading.Thread(target=work, args=(name,)) for name in ("first", "second")]
    for worker in workers:
        worker.start()
    try:
        with one.control as control:
            control.wait_for_group("app", members=2, assigned=True)
            produce(one, "a", "b")
            control.wait_for_group("app", caught_up=True)
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    code, rows, _ = replay(log(), other, "--pace", "recorded")
    assert differing(rows) == []
    assert code == 0
    assert contents(other)[0] == contents(one)[0]


def test_what_another_broker_answers_otherwise_is_told(
    one: Beside, other: Beside, log: Any, replay: Any
) -> None:
    """But not that it said "come again" for a while."""
    produce(one, "a", **{"enable.idempotence": True})
    path = log()
    with other.control as control:
        control.add_fault(error="NOT_LEADER_OR_FOLLOWER", api="Produce", count=1)
        control.add_fault(error="CONCURRENT_TRANSACTIONS", api="InitProducerId", count=2)
    code, rows, _ = replay(path, other)
    assert code == 1
    ((api, differences),) = differing(rows)
    assert api.startswith("Produce")
    assert any("error_code: recorded 0, got 6" in line for line in differences)


def test_batches_of_a_megabyte_are_replayed(
    one: Beside, other: Beside, log: Any, replay: Any
) -> None:
    values = [random.Random(seed).randbytes(450_000).hex() for seed in range(8)]
    produce(one, *values, **{"enable.idempotence": True})
    assert consume(one, 8) == [value.encode() for value in values]
    code, rows, told = replay(log(), other)
    assert (code, differing(rows), told) == (0, [], "")
    assert sum(row["api"].startswith("Produce") for row in rows) == 8
    assert contents(other) == contents(one)


def test_a_request_that_was_cut_is_not_replayed(
    one: Beside, other: Beside, log: Any, replay: Any
) -> None:
    """It is more than a quarter of what the broker keeps of such."""
    with one.control as control:
        configs = {"max.message.bytes": "20000000"}
        control.seed(topics=[{"name": "orders", "configs": configs}])
    produce(one, "x" * (LARGE_BYTES // 4), **{"message.max.bytes": 20_000_000})
    code, rows, told = replay(log(), other)
    assert code == 1
    assert rows == []
    assert "the log has not kept what is needed" in told
    assert "bytes of requests of connection" in told
    with other.control as control:
        assert control.ready()["topics"] == 0


def test_a_request_that_a_fault_made_disappear_is_not_replayed(
    one: Beside, other: Beside, log: Any, replay: Any
) -> None:
    """Only its beginning is in the log."""
    produce(one, "a")
    with one.control as control:
        control.add_fault("drop_after", api="Produce", count=1)
    produce(one, "b", **{"enable.idempotence": True})
    code, rows, told = replay(log(), other)
    assert (code, rows) == (1, [])
    assert "the end of a request of connection" in told


@pytest.mark.parametrize("size", [0, 11, 40, 200, -7])
def test_a_damaged_log_is_refused_in_one_line(
    one: Beside, other: Beside, log: Any, replay: Any, size: int
) -> None:
    produce(one, "a")
    path = log()
    path.write_bytes(path.read_bytes()[:size])
    code, rows, told = replay(path, other)
    assert (code, rows) == (1, [])
    assert len(told.splitlines()) == 1


def test_what_is_no_kafka_is_told(kafka: Broker, log: Any, one: Beside, replay: Any) -> None:
    produce(one, "a")

    class Http:
        bootstrap = kafka.control_url.removeprefix("http://")

    code, rows, told = replay(log(), Http())
    assert (code, rows) == (1, [])
    assert "what answers is no Kafka broker" in told


def test_a_new_broker_that_is_not_there_is_told(log: Any, one: Beside, replay: Any) -> None:
    produce(one, "a")

    class Nowhere:
        bootstrap = "127.0.0.1:1"

    code, _, told = replay(log(), Nowhere())
    assert code == 1
    assert "cannot reach 127.0.0.1:1" in told

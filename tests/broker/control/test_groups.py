"""The routes of groups, with members of both protocols."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from confluent_kafka import Consumer, Producer

from wirekafka.testing.control import ControlRefused

PROTOCOLS = ["classic", "consumer"]
WAIT_S = 30


class Polling:
    """A consumer that polls in a thread of its own, as an application does."""

    def __init__(self, bootstrap: str, group: str, topic: str, protocol: str, client: str) -> None:
        self.values: list[bytes] = []
        self._stop = threading.Event()
        settings = {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "client.id": client,
            "group.protocol": protocol,
            "auto.offset.reset": "latest",
            "auto.commit.interval.ms": 100,
        }
        if protocol == "classic":
            settings["heartbeat.interval.ms"] = 100
        self._consumer = Consumer(settings)
        self._consumer.subscribe([topic])
        self._thread = threading.Thread(target=self._poll)
        self._thread.start()

    def _poll(self) -> None:
        while not self._stop.is_set():
            message = self._consumer.poll(0.05)
            if message is not None and message.error() is None:
                self.values.append(message.value())
        self._consumer.close()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(WAIT_S)


@pytest.fixture
def join(controlled) -> Iterator[Callable[..., Polling]]:
    members: list[Polling] = []

    def start(protocol: str, client: str, group: str = "app", topic: str = "orders") -> Polling:
        members.append(Polling(controlled.bootstrap, group, topic, protocol, client))
        return members[-1]

    yield start
    for member in members:
        member.stop()


def produce(bootstrap: str, topic: str, partitions: int) -> set[bytes]:
    """One record to each partition."""
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 0})
    values = {b"%d" % index for index in range(partitions)}
    for index in range(partitions):
        producer.produce(topic, b"%d" % index, partition=index)
    assert producer.flush(WAIT_S) == 0
    return values


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_after_a_wait_for_assigned_nothing_is_lost_with_latest(controlled, join, protocol):
    control = controlled.control
    control.seed(topics=[{"name": "orders", "partitions": 6}])
    members = [join(protocol, f"worker-{number}") for number in range(2)]

    group = control.wait_for_group("app", members=2, assigned=True, timeout=WAIT_S)
    produced = produce(controlled.bootstrap, "orders", 6)

    assert group["type"] == protocol
    assert sorted(len(member["partitions"]) for member in group["members"]) == [3, 3]
    control.wait_for_group("app", caught_up=True, timeout=WAIT_S)
    assert {value for member in members for value in member.values} == produced
    assert control.group("app")["lag"] == 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_idle_group_is_assigned_at_once(controlled, join, protocol):
    control = controlled.control
    control.seed(topics=[{"name": "orders", "partitions": 2}])
    join(protocol, "worker")
    control.wait_for_group("app", members=1, assigned=True, timeout=WAIT_S)
    control.wait_for_group("app", members=1, assigned=True, stable=True, timeout=5)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_evicted_member_is_replaced_and_the_client_joins_again(controlled, join, protocol):
    control = controlled.control
    control.seed(topics=[{"name": "orders", "partitions": 2}])
    join(protocol, "worker-0")
    join(protocol, "worker-1")
    before = control.wait_for_group("app", members=2, assigned=True, timeout=WAIT_S)
    (unwanted,) = [m["member_id"] for m in before["members"] if m["client_id"] == "worker-1"]

    assert control.evict("app", client_id="worker-1") == [unwanted]
    after = control.wait_for_group("app", members=2, assigned=True, timeout=WAIT_S)

    assert after["epoch"] > before["epoch"]
    # A client of the consumer protocol keeps the id that it chose for itself.
    ids = {member["member_id"] for member in after["members"]}
    assert (unwanted in ids) is (protocol == "consumer")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_forced_rebalance_ends_in_a_later_epoch(controlled, join, protocol):
    control = controlled.control
    control.seed(topics=[{"name": "orders", "partitions": 2}])
    join(protocol, "worker")
    before = control.wait_for_group("app", members=1, assigned=True, timeout=WAIT_S)
    control.rebalance("app")
    after = control.wait_for_group("app", members=1, assigned=True, timeout=WAIT_S)
    assert after["epoch"] > before["epoch"]


def test_a_wait_that_is_in_vain_says_what_is_missing(controlled):
    control = controlled.control
    with pytest.raises(ControlRefused) as refused:
        control.wait_for_group("app", members=2, timeout=0)
    assert refused.value.status == 408
    assert "there is no such group" in refused.value.error
    control.seed(
        topics=[{"name": "orders"}],
        records=[{"topic": "orders", "value": "x"}],
        offsets=[{"group": "app", "topic": "orders", "offset": 0}],
    )
    with pytest.raises(ControlRefused, match="0 of 2 members"):
        control.wait_for_group("app", members=2, timeout=0)
    with pytest.raises(ControlRefused, match="behind in orders-0"):
        control.wait_for_group("app", caught_up=True, timeout=0)
    with pytest.raises(ControlRefused, match="its state is Empty"):
        control.wait_for_group("app", stable=True, timeout=0)
    assert control.wait_for_group("gone", members=0, timeout=0)["members"] == []


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("/groups/nobody", None, 404, "group"),
        ("/groups/nobody/evict", {}, 404, "group"),
        ("/groups/nobody/rebalance", {}, 404, "group"),
        ("/groups/app/wait", {}, 400, "body"),
        ("/groups/app/wait", {"members": "two"}, 400, "members"),
        ("/groups/app/wait", {"members": -1}, 400, "members"),
        ("/groups/app/wait", {"assigned": "some"}, 400, "assigned"),
        ("/groups/app/wait", {"stable": True, "timeout": 1e9}, 400, "timeout"),
        ("/groups/app/wait", {"stabel": True}, 400, "stabel"),
        ("/groups/app/evict", {"member_id": "a", "client_id": "b"}, 400, "client_id"),
        ("/groups/app/evict", {"client_id": "b"}, 404, "client_id"),
        ("/groups/app/rebalance", {}, 409, None),
    ],
)
def test_what_groups_do_not_know_is_refused_by_name(shared, path, body, status, field):
    shared.control.seed(
        topics=[{"name": "orders"}], offsets=[{"group": "app", "topic": "orders", "offset": 0}]
    )
    with pytest.raises(ControlRefused) as refused:
        shared.control.request("GET" if body is None else "POST", path, body)
    assert (refused.value.status, refused.value.field) == (status, field)
    assert shared.control.ready()["ready"]

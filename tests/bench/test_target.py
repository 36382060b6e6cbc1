"""The brokers under test: what `--against` may name, and how the real Kafka is run."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bench import target
from bench.client import Address, BenchError
from bench.target import REFERENCE_JAVA_OPTIONS, Broker, Reference, Remote, other_target
from compat.targets import TargetError
from compat.targets.node import properties


@pytest.mark.parametrize(
    ("text", "broker"),
    [
        ("127.0.0.1:9092", Broker(Address("127.0.0.1", 9092), None)),
        ("localhost:9092,pid=17", Broker(Address("localhost", 9092), 17)),
        ("[::1]:9092,pid=17", Broker(Address("::1", 9092), 17)),
    ],
)
def test_a_broker_that_runs_is_named_by_address_and_pid(text, broker):
    assert other_target(text) == Remote(broker)


def test_the_real_kafka_is_named_reference():
    assert other_target("reference") == Reference()


@pytest.mark.parametrize(
    "text",
    ["", "docker", "kafka:", ":9092", "host:port", "host:9092,pid=", "host:9092,pid=x", "h:1,h:2"],
)
def test_other_texts_name_no_broker(text):
    with pytest.raises(ValueError, match="neither `reference` nor HOST:PORT"):
        other_target(text)


def test_the_reference_is_run_as_users_run_it():
    assert {"-Xms512m", "-Xmx1g", "-XX:+UseG1GC"} <= set(REFERENCE_JAVA_OPTIONS)
    assert not [option for option in REFERENCE_JAVA_OPTIONS if "TieredStopAtLevel" in option]


def test_what_every_node_is_told_leaves_timeouts_and_delays_at_kafkas_defaults(tmp_path):
    told = properties(1, 2, tmp_path)
    assert not [key for key in told if key.endswith(".ms")]


class Node:
    """Stands in for a node: writes down what happens to it."""

    fails = False

    def __init__(self, directory, *, java_options, configs):
        self.made_with = (directory, java_options, configs)
        self.bootstrap = "127.0.0.1:1"
        self.happened = []
        self.process = SimpleNamespace(
            pid=5,
            stop=lambda: self.happened.append("stop"),
            kill=lambda: self.happened.append("kill"),
        )

    def start(self):
        self.happened.append("start")
        if self.fails:
            raise TargetError("Kafka did not start")


@pytest.fixture
def prepared(monkeypatch, tmp_path):
    monkeypatch.setattr(target, "KafkaNode", Node)
    reference = Reference()
    reference.prepare(tmp_path)
    return reference


def test_one_node_is_started_again_on_its_directory(prepared, tmp_path):
    broker = prepared.start(tmp_path)
    prepared.kill()
    assert prepared.start(tmp_path) == broker == Broker(Address("127.0.0.1", 1), 5)
    prepared.stop()
    assert prepared._node.made_with == (tmp_path, REFERENCE_JAVA_OPTIONS, {})
    assert prepared._node.happened == ["start", "kill", "start", "stop"]


def test_a_node_that_does_not_start_fails_the_row_and_is_killed(prepared, tmp_path):
    prepared._node.fails = True
    with pytest.raises(BenchError, match="Kafka did not start"):
        prepared.start(tmp_path)
    assert prepared._node.happened == ["start", "kill"]


def test_a_reference_that_was_never_prepared_is_stopped_without_harm():
    Reference().stop()


def test_configs_of_a_row_reach_the_reference(monkeypatch, tmp_path):
    monkeypatch.setattr(target, "KafkaNode", Node)
    reference = Reference()
    reference.prepare(tmp_path, {"a": "b"})
    assert reference._node.made_with == (tmp_path, REFERENCE_JAVA_OPTIONS, {"a": "b"})

"""A node of the real Kafka: its configs and its command line. A Java of a few lines plays it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from compat.targets import Missing, TargetError, jars, target
from compat.targets.node import KafkaNode, properties
from compat.targets.reference import Reference

FAKE_JAVA = Path(__file__).parent / "fakes" / "java.py"


@pytest.fixture
def fake_java(tmp_path, monkeypatch):
    """A `java` on the PATH, and a cache with all that would be fetched; the PATH's folder."""
    tools = tmp_path / "tools"
    tools.mkdir()
    java = tools / "java"
    java.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE_JAVA}" "$@"\n')
    java.chmod(0o755)
    cache = tmp_path / "cache"
    (cache / f"kafka-{jars.VERSION}").mkdir(parents=True)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("WIREKAFKA_COMPAT_CACHE", str(cache))
    return tools


@pytest.fixture
def node(fake_java, tmp_path):
    made = KafkaNode(tmp_path / "node", java_options=["-Xmx1g"], configs={"node.id": "7"})
    yield made
    made.process.kill()


def test_configs_say_where_the_node_lives(tmp_path):
    lines = properties(1234, 5678, tmp_path)
    assert lines["listeners"] == "PLAINTEXT://127.0.0.1:1234,CONTROLLER://127.0.0.1:5678"
    assert lines["controller.quorum.voters"] == "1@127.0.0.1:5678"
    assert lines["log.dirs"] == str(tmp_path)


def test_command_line_has_the_options_the_class_and_the_configs(node, tmp_path):
    node.start()
    (arguments,) = runs(tmp_path / "node")
    assert arguments[0] == "-Xmx1g"
    assert f"{jars.jars()}/*" in arguments
    assert arguments[-2:] == ["kafka.Kafka", str(tmp_path / "node" / "server.properties")]


def test_each_config_is_said_once(node, tmp_path):
    lines = (tmp_path / "node" / "server.properties").read_text().splitlines()
    assert "node.id=7" in lines
    assert len({line.partition("=")[0] for line in lines}) == len(lines)


def test_formatting_is_done_once_and_copied(fake_java, tmp_path):
    cluster_ids = set()
    for name in "ab":
        KafkaNode(tmp_path / name, java_options=[], configs={})
        cluster_ids.add((tmp_path / name / "data" / "meta.properties").read_text())
    assert len(cluster_ids) == 1
    assert not list((tmp_path / "cache").glob("formatting-*"))


def test_a_node_that_cannot_be_formatted_says_why(fake_java, tmp_path):
    with pytest.raises(TargetError, match=r"could not format .*\n.*broken"):
        KafkaNode(tmp_path / "node", java_options=[], configs={"broken": "format"})


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_address_and_data_survive(node, tmp_path, how):
    before = node.bootstrap
    node.start()
    first = node.process.pid
    getattr(node.process, how)()
    assert not node.process.alive()
    kept = tmp_path / "node" / "data" / "meta.properties"
    assert kept.exists()
    node.start()
    assert node.process.pid != first
    assert node.bootstrap == before
    assert target.answers("127.0.0.1", int(before.rpartition(":")[2]))


def test_a_node_that_dies_shows_its_log(fake_java, tmp_path):
    node = KafkaNode(tmp_path / "node", java_options=[], configs={"broken": "start"})
    with pytest.raises(TargetError, match=r"Kafka did not start:\n.*broken"):
        node.start()


def test_without_java_no_directory_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(Missing, match="install a JDK 17"):
        KafkaNode(tmp_path / "node", java_options=[], configs={})
    assert not (tmp_path / "node").exists()


def test_the_reference_waits_for_its_old_session_only_after_a_kill(fake_java):
    with Reference({"a": "b"}) as reference:
        folder = Path(reference.log_tail().strip()).parent
        timeouts = []
        for hard in (False, True):
            reference.restart(hard=hard)
            lines = (folder / "server.properties").read_text().splitlines()
            found = dict(line.split("=", 1) for line in lines)
            timeouts.append(found["broker.session.timeout.ms"])
        assert timeouts == ["300000", "5000"]
        assert found["a"] == "b"
        assert len(runs(folder)) == 3
    assert not folder.exists()


def runs(folder: Path) -> list[list[str]]:
    """The arguments of each start of the broker."""
    return [json.loads(line) for line in (folder / "runs.jsonl").read_text().splitlines()]

"""Targets: what they are called, what they are told, what they say when something is missing."""

from __future__ import annotations

import socket
import subprocess

import pytest

from compat.targets import Missing, TargetError, docker, jars, make_target, target
from compat.targets.docker import environment_file


def test_a_target_is_a_kind_or_an_address():
    assert make_target("wirekafka").name == "wirekafka"
    assert make_target("reference").private
    assert not make_target("127.0.0.1:9092").private
    with pytest.raises(ValueError, match="postgres is neither a kind of target nor HOST:PORT"):
        make_target("postgres")


def test_a_broker_of_somebody_else_is_neither_set_nor_restarted():
    with pytest.raises(TargetError, match="its configs cannot be set"):
        make_target("127.0.0.1:9092", {"a": "b"})
    with pytest.raises(TargetError, match="is not ours to restart"):
        make_target("127.0.0.1:9092").restart()


def test_an_address_without_a_broker_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(TargetError, match=f"nothing .* answers at {address}"):
            make_target(address).__enter__()


def test_a_broker_that_answers_is_found(fake_target):
    with fake_target(lambda frame: frame[4:8] + b"\0\0") as broker:
        with make_target(broker.bootstrap) as found:
            assert found.bootstrap == broker.bootstrap
        assert target.answers("127.0.0.1", int(broker.bootstrap.rpartition(":")[2]))


def test_missing_tools_say_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("WIREKAFKA_COMPAT_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(Missing, match="install a JDK 17"):
        jars.java()
    with pytest.raises(Missing, match="install maven"):
        jars.jars()
    with pytest.raises(Missing, match="install Docker"):
        make_target("docker").__enter__()


def test_an_engine_that_hangs_is_no_engine(monkeypatch):
    def hang(*arguments, **named):
        raise subprocess.TimeoutExpired("docker", 20)

    monkeypatch.setattr(docker.shutil, "which", lambda name: name)
    monkeypatch.setattr(docker.subprocess, "run", hang)
    assert not docker.engine_answers()


def test_docker_is_chosen_where_an_engine_answers(monkeypatch):
    monkeypatch.setattr("compat.targets.engine_answers", lambda: True)
    assert make_target("kafka").name == "docker"
    monkeypatch.setattr("compat.targets.engine_answers", lambda: False)
    assert make_target("kafka").name == "reference"


def test_configs_become_the_variables_of_the_image():
    text = environment_file({"a.b-c_d": "1", "listener.security.protocol.map": "X:X"})
    assert text == "KAFKA_A_B__C___D=1\n"


def test_wirekafka_keeps_address_and_data_over_a_kill():
    with make_target("wirekafka") as broker:
        before = broker.bootstrap
        broker.restart(hard=True)
        assert broker.bootstrap == before
        assert target.answers("127.0.0.1", int(before.rpartition(":")[2]))
        assert "started" in broker.log_tail()


def test_a_broker_that_does_not_start_shows_its_log():
    with pytest.raises(TargetError, match="did not start"):
        make_target("wirekafka", {"no.such.config": "1"}).__enter__()

"""The image of the real broker in a container, where a Docker engine answers; and everywhere, with
a `docker` of some lines in its place, what the engine is told."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from compat.console import Console
from compat.scenario import find_scenarios
from compat.targets import Missing, TargetError, jars, make_target, target
from compat.targets.docker import COMPOSE, Docker, engine_answers
from compat.targets.node import properties
from compat.wire_part import Settings, run

FAKE_DOCKER = Path(__file__).parent / "fakes" / "docker.py"


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    """For pytest-docker."""
    return str(COMPOSE)


@pytest.fixture(scope="session")
def container(monkeypatch_session, request) -> str:
    """The address of the broker in the container, once it answers."""
    port = target.free_port()
    monkeypatch_session.setenv("COMPAT_PORT", str(port))
    services = request.getfixturevalue("docker_services")
    services.wait_until_responsive(
        check=lambda: target.answers("127.0.0.1", port), timeout=90, pause=0.2
    )
    return f"127.0.0.1:{port}"


@pytest.fixture(scope="session")
def monkeypatch_session():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.mark.skipif(not engine_answers(), reason="no Docker engine answers: start one to run this")
def test_the_image_answers_as_recorded(container):
    verdicts = run(Console(), find_scenarios(), container, Settings())
    assert {one.conversation.scenario.name for one in verdicts if one.bad} == set()


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """A `docker` on the PATH; its folder."""
    tools, home = tmp_path / "tools", tmp_path / "engine"
    tools.mkdir()
    home.mkdir()
    docker = tools / "docker"
    docker.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE_DOCKER}" "$@"\n')
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_DOCKER", str(home))
    return home


def test_an_engine_with_compose_is_chosen(engine):
    assert engine_answers()
    assert make_target("kafka").name == "docker"


@pytest.mark.parametrize(
    ("command", "message"),
    [("info", "no Docker engine answers: start one"), ("compose", "install .* compose plugin")],
)
def test_an_engine_that_lacks_something_is_said_in_one_line(engine, command, message):
    (engine / f"without-{command}").touch()
    assert not engine_answers()
    with pytest.raises(Missing, match=message) as caught:
        make_target("docker").__enter__()
    assert "\n" not in str(caught.value)


def test_a_container_is_started_with_its_port_and_configs_and_taken_down(engine):
    with Docker({"log.segment.bytes": "1024", "a.b-c_d": "x"}) as broker:
        port = int(broker.bootstrap.removeprefix("127.0.0.1:"))
        assert target.answers("127.0.0.1", port)
        (up,) = calls(engine)
        assert up["argv"][5:] == ["up", "--detach"]
        assert up["argv"][3:5] == ["-f", str(COMPOSE)]
        assert up["told"]["COMPAT_PORT"] == str(port)
        assert "COMPAT_PROTOCOLS" not in up["told"]
        assert up["configs"] == "KAFKA_LOG_SEGMENT_BYTES=1024\nKAFKA_A_B__C___D=x\n"
    assert calls(engine)[-1]["argv"][5:] == ["down", "--volumes", "--timeout", "1"]
    assert not target.answers("127.0.0.1", port)
    assert not Path(up["told"]["COMPAT_CONFIGS"]).exists()


def test_protocols_of_listeners_replace_those_of_the_compose_file(engine):
    with Docker({"listener.security.protocol.map": "X:PLAINTEXT"}):
        (up,) = calls(engine)
    assert up["told"]["COMPAT_PROTOCOLS"] == "X:PLAINTEXT"
    assert up["configs"] == ""


@pytest.mark.parametrize(("hard", "verb"), [(False, "stop"), (True, "kill")])
def test_a_restart_keeps_project_and_address(engine, hard, verb):
    with Docker({}) as broker:
        before = broker.bootstrap
        broker.restart(hard=hard)
        assert broker.bootstrap == before
        assert target.answers("127.0.0.1", int(before.rpartition(":")[2]))
        made = calls(engine)
        assert [call["argv"][5] for call in made] == ["up", verb, "start"]
        assert len({call["argv"][2] for call in made}) == 1
        assert len(broker.log_tail().splitlines()) == 2
        assert len(broker.log_tail(1).splitlines()) == 1


def test_two_targets_are_two_projects():
    assert Docker({})._project != Docker({})._project


def test_an_up_that_fails_says_why_and_leaves_nothing(engine):
    (engine / "without-up").touch()
    with pytest.raises(TargetError, match="docker compose up failed:\nup is broken"):
        Docker({}).__enter__()
    assert [call["argv"][5] for call in calls(engine)] == ["up", "down"]


def test_the_compose_file_takes_what_the_target_gives():
    text = COMPOSE.read_text()
    assert set(re.findall(r"\$\{(\w+)", text)) == {
        "COMPAT_PORT",
        "COMPAT_CONFIGS",
        "COMPAT_PROTOCOLS",
    }
    assert f"image: apache/kafka:{jars.VERSION}\n" in text


def test_the_compose_file_is_a_tree_of_keys():
    """Light, because no YAML reader is among the tools: two blanks a level, `key:` or `- item`."""
    depth = 0
    for line in COMPOSE.read_text().splitlines():
        if line.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        assert indent % 2 == 0
        assert indent <= depth + 2
        assert re.match(r"(- )?\w+:( \S.*)?$|- \S", line[indent:]), line
        depth = indent


def test_container_and_node_have_the_same_configs(tmp_path):
    """What each says about itself is the exception: addresses, roles, the directory."""
    said = dict(re.findall(r"^      (KAFKA_\w+): (.+)$", COMPOSE.read_text(), re.MULTILINE))
    for key, value in properties(1, 2, tmp_path).items():
        name = "KAFKA_" + key.replace(".", "_").upper()
        if key != "log.dirs":
            assert name in said
        if "topic" in key or "state.log" in key or key == "node.id":
            assert said[name] == value


def calls(engine: Path) -> list[dict]:
    """Every `docker compose` so far."""
    return [json.loads(line) for line in (engine / "calls.jsonl").read_text().splitlines()]

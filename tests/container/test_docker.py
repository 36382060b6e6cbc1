"""The image itself, where a Docker engine answers: built, healthy, used from outside and inside."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer

from wirekafka.testing.control import ControlClient

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "docker-compose.yaml"
WAIT_S = 20
MOST_MB = 250


def engine_answers() -> bool:
    if shutil.which("docker") is None:
        return False
    for command in ("info", "compose"):
        words = ["docker", command, *(["version"] if command == "compose" else [])]
        if subprocess.run(words, capture_output=True, timeout=60).returncode != 0:
            return False
    return True


pytestmark = pytest.mark.skipif(
    not engine_answers(), reason="no Docker engine with compose answers: start one to run this"
)


@pytest.fixture(scope="session")
def docker_compose_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The example with ports that the engine chooses."""
    text = EXAMPLE.read_text()
    text = text.replace("build: ../..", f"build: {EXAMPLE.parents[2]}")
    for port in ("9092", "9094"):
        text = text.replace(f'"127.0.0.1:{port}:{port}"', f'"127.0.0.1::{port}"')
    path = tmp_path_factory.mktemp("compose") / "docker-compose.yaml"
    path.write_text(text)
    return str(path)


@pytest.fixture(scope="session")
def docker_setup() -> list[str]:
    """Without the service that ends by itself, for which --wait would wait."""
    return ["up --build --detach kafka"]


def docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def container(docker_services: Any) -> str:
    """The id of the broker's container, once it is healthy."""
    compose = docker_services._docker_compose
    found: str = compose.execute("ps --quiet kafka").decode().strip()
    docker_services.wait_until_responsive(
        check=lambda: state(found)["Health"]["Status"] == "healthy", timeout=60, pause=0.2
    )
    return found


def state(container: str) -> Any:
    return json.loads(docker("inspect", container))[0]["State"]


def test_the_image_is_small_and_its_user_is_nobody_special(container: str) -> None:
    image = json.loads(docker("inspect", "wirekafka"))[0]
    assert image["Size"] < MOST_MB * 1e6
    assert docker("exec", container, "id", "-u").strip() == "1000"


def test_records_go_in_and_out_through_the_published_port(
    container: str, docker_services: Any
) -> None:
    """On a port that the broker cannot know, so with the hint, given while it runs."""
    port = docker_services.port_for("kafka", 9092)
    url = f"http://127.0.0.1:{docker_services.port_for('kafka', 9094)}"
    control = ControlClient(url, token="for-this-machine-only")
    control.request("PUT", "/addresses", {"forwarded": {"port": port}})
    control.close()
    settings = {"bootstrap.servers": f"localhost:{port}", "log_level": 0}
    producer = Producer(settings)
    for number in range(10):
        producer.produce("orders", b"%d" % number)
    assert producer.flush(WAIT_S) == 0
    reading = {"group.id": "app", "auto.offset.reset": "earliest"}
    consumer = Consumer({**settings, **reading})
    consumer.subscribe(["orders"])
    assert len(consumer.consume(10, WAIT_S)) == 10
    consumer.close()


def test_another_container_is_told_the_address_in_its_network(docker_services: Any) -> None:
    compose = docker_services._docker_compose
    said = compose.execute("run --rm app").decode()
    assert "Topic: orders" in said


def test_the_container_stops_at_once(container: str) -> None:
    other = docker("run", "--detach", "wirekafka").strip()
    try:
        docker("exec", other, "wirekafka", "ready", "--wait", "10")
        docker("stop", other)
        assert state(other)["ExitCode"] == 0
    finally:
        docker("rm", "--force", other)

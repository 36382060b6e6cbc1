"""The image itself, where a Docker engine answers: built, healthy, used from outside and inside."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient

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


def ready(container: str) -> None:
    docker("exec", container, "wirekafka", "ready", "--wait", str(WAIT_S))


@contextmanager
def running(*words: str, command: tuple[str, ...] = ()) -> Iterator[str]:
    """One more container of the image, until the end of the block."""
    name = docker("run", "--detach", *words, "wirekafka", *command).strip()
    try:
        yield name
    finally:
        docker("rm", "--force", "--volumes", name)


@pytest.mark.usefixtures("container")
def test_the_container_stops_at_once() -> None:
    with running() as name:
        ready(name)
        docker("stop", name)
        assert state(name)["ExitCode"] == 0


ANYBODY = ("--user", "1000650000:0")
NOTHING = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")


@pytest.mark.usefixtures("container")
@pytest.mark.parametrize("words", [ANYBODY, NOTHING, (*ANYBODY, *NOTHING, "--network", "none")])
def test_it_needs_no_certain_user_and_no_rights(words: tuple[str, ...]) -> None:
    with running(*words) as name:
        ready(name)
        topics = ("kafka-topics", "--bootstrap-server", "localhost:9092")
        assert "Created topic" in docker("exec", name, *topics, "--create", "--topic", "orders")
        docker("stop", name)
        assert state(name)["ExitCode"] == 0


@pytest.mark.usefixtures("container")
def test_any_user_of_the_group_writes_what_start_scripts_write() -> None:
    """A platform chooses the user; the folders themselves are ours as well as what is in them."""
    folders = "/etc/kafka /etc/kafka/docker /etc/confluent/docker /opt/kafka /var/lib/kafka"
    script = f"for folder in {folders}; do touch $folder/new; done; kafka-storage format -t id -c x"
    said = docker("run", "--rm", *ANYBODY, "wirekafka", "sh", "-ec", script)
    assert "cluster id id is kept" in said


@pytest.mark.usefixtures("container")
def test_nothing_is_compiled_at_a_start() -> None:
    """Who cannot write beside the modules would do it again at each look at the health."""
    modules = (
        "asyncio, sqlite3, wirekafka.broker, wirekafka.cli.main, wirekafka.control.application"
    )
    command = f"python -v -c 'import {modules}' 2>&1"
    said = docker("run", "--rm", "wirekafka", "sh", "-c", command)
    assert len(re.findall(r"code object from '.*\.pyc'", said)) > 100
    assert re.findall(r"code object from /.*\.py\b", said) == []


@pytest.mark.usefixtures("container")
def test_each_network_is_told_its_own_address() -> None:
    networks = [f"wirekafka-{uuid.uuid4().hex}" for _ in range(2)]
    made = []
    try:
        for network in networks:
            docker("network", "create", network)
            made.append(network)
        with running("--network", networks[0], "--network-alias", "kafka") as name:
            docker("network", "connect", "--alias", "kafka", networks[1], name)
            ready(name)
            joined = json.loads(docker("inspect", name))[0]["NetworkSettings"]["Networks"]
            for network in networks:
                tool = ("wirekafka", "broker-api-versions", "--bootstrap-server", "kafka:9092")
                said = docker("run", "--rm", "--network", network, *tool)
                assert f"{joined[network]['IPAddress']}:9092 (id: 1" in said
    finally:
        for network in made:
            docker("network", "rm", network)


@pytest.mark.usefixtures("container")
def test_a_hint_is_the_address_behind_the_published_port() -> None:
    """The name is one that only the hint can bring."""
    hint = ("--env", "WIREKAFKA_ADVERTISED_PORT=build-server:12345")
    with running("--publish", "127.0.0.1::9092", *hint) as name:
        ready(name)
        address = docker("port", name, "9092/tcp").split()[0]
        client = AdminClient({"bootstrap.servers": address, "log_level": 0})
        told = client.list_topics(timeout=WAIT_S).brokers.values()
        assert [f"{broker.host}:{broker.port}" for broker in told] == ["build-server:12345"]


@pytest.mark.usefixtures("container")
def test_a_volume_outlives_a_container_that_is_killed() -> None:
    topics = ("kafka-topics.sh", "--bootstrap-server", "localhost:9092")
    volume = f"wirekafka-{uuid.uuid4().hex}"
    docker("volume", "create", volume)
    try:
        with running("--volume", f"{volume}:/var/lib/kafka/data") as name:
            ready(name)
            docker("exec", name, *topics, "--create", "--topic", "kept")
            docker("kill", name)
        with running("--volume", f"{volume}:/var/lib/kafka/data") as name:
            ready(name)
            assert docker("exec", name, *topics, "--list").split() == ["kept"]
    finally:
        docker("volume", "rm", volume)


@pytest.mark.usefixtures("container")
def test_a_slip_ends_the_container_with_one_line() -> None:
    with running("--env", "KAFKA_NUM_PARTITON=3") as name:
        assert docker("wait", name).strip() == "2"
        logs = subprocess.run(["docker", "logs", name], capture_output=True, text=True, timeout=60)
        assert logs.stdout == ""
        (line,) = logs.stderr.splitlines()
        assert line.endswith("did you mean num.partitions?")

"""Clients with no setting but a bootstrap address: from everywhere they find the way back."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

ROOT = Path(__file__).parents[3]
CLIENTS = ("kafka_python", "confluent_kafka", "aiokafka")
TEN = [str(number) for number in range(10)]
BROKER_HOST = "10.77.0.1"
SAID_WITHIN_S = 15.0

client = pytest.mark.parametrize("client", CLIENTS)


@client
@pytest.mark.parametrize(
    ("bootstrap", "told"), [("127.0.0.1", "127.0.0.1"), ("[::1]", "::1"), ("localhost", None)]
)
def test_on_this_machine(
    machines: Any, port: Any, client: str, bootstrap: str, told: str | None
) -> None:
    number = port(machines.serve())
    done = machines.round_trip(client, f"{bootstrap}:{number}", "t")
    assert done["read"] == TEN
    assert done["told"] in ([[f"{told}:{number}"]] if told else loopbacks(number))


def loopbacks(number: int) -> list[list[str]]:
    return [[f"127.0.0.1:{number}"], [f"::1:{number}"]]


@client
def test_from_another_network(machines: Any, places: Any, port: Any, client: str) -> None:
    number = port(machines.serve(within=places.broker))
    address = f"{BROKER_HOST}:{number}"
    done = machines.round_trip(client, address, "t", within=places.neighbour)
    assert done == {"told": [address], "read": TEN}


# -- forwarded ports ------------------------------------------------------------------------------


def by_flag(machines: Any, forwarded: int, **more: Any) -> Any:
    return machines.serve("--advertised-port", str(forwarded), **more)


def by_environment(machines: Any, forwarded: int, **more: Any) -> Any:
    return machines.serve(**more, WIREKAFKA_ADVERTISED_PORT=str(forwarded))


def at_run_time(machines: Any, forwarded: int, **more: Any) -> Any:
    """Over a socket in the file system, which is there in every network."""
    path = machines.directory / "control"
    broker = machines.serve("--control", f"unix:{path}", **more)
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(path))
    change = json.dumps({"forwarded": {"port": forwarded}})
    connection.request("PUT", "/addresses", change, {"Content-Type": "application/json"})
    assert connection.getresponse().status == 200
    connection.close()
    return broker


@client
@pytest.mark.parametrize(
    ("host", "hint"),
    [
        ("127.0.0.1", by_flag),
        ("127.0.0.1", by_environment),
        ("127.0.0.1", at_run_time),
        ("[::1]", by_flag),
    ],
)
def test_through_a_forwarded_port_with_one_hint(
    machines: Any, port: Any, host: str, hint: Callable[..., Any], client: str
) -> None:
    free = free_port()
    number = port(hint(machines, free))
    forwarder, _ = machines.forward(f"{host}:{free}", f"{host}:{number}")
    done = machines.round_trip(client, f"{host}:{free}", "t")
    assert done == {"told": [f"{host.strip('[]')}:{free}"], "read": TEN}
    assert forwarder.lines.count("connection\n") > 1


@pytest.fixture
def published(machines: Any, places: Any) -> Callable[..., int]:
    """published(port of the broker, place of the forwarder): a port here that leads to it. There
    is no other way to it."""

    def publish(number: int, host: str, within: Any, listen: int) -> int:
        path = str(machines.directory / "through")
        machines.forward(path, f"{host}:{number}", within=within)
        _, found = machines.forward(f"127.0.0.1:{listen}", path)
        return int(found)

    return publish


@client
@pytest.mark.parametrize("hint", [by_flag, at_run_time])
@pytest.mark.parametrize("way", ["of a container", "of a pod"])
def test_from_outside_of_a_network(
    machines: Any, places: Any, port: Any, published: Any, way: str, hint: Any, client: str
) -> None:
    """A published port comes from the gateway of the container's network, a port forwarded to a
    pod from its own loopback."""
    free = free_port()
    number = port(hint(machines, free, within=places.broker))
    host, place = (
        (BROKER_HOST, places.neighbour) if way == "of a container" else ("127.0.0.1", places.broker)
    )
    published(number, host, place, free)
    done = machines.round_trip(client, f"127.0.0.1:{free}", "t")
    assert done["read"] == TEN
    assert done["told"] == [f"{'localhost' if way == 'of a container' else host}:{free}"]


def test_a_neighbour_is_not_sent_through_the_forwarded_port(
    machines: Any, places: Any, port: Any
) -> None:
    """Another container. The gateway of the network is at its address: it says who is who."""
    remove = "ip route del default via 10.77.0.2"
    subprocess.run([*places.broker, *remove.split()], check=True, timeout=60)
    broker = by_flag(machines, 9, within=places.broker)
    address = f"{BROKER_HOST}:{port(broker)}"
    done = machines.round_trip("confluent_kafka", address, "t", within=places.neighbour)
    assert done == {"told": [address], "read": TEN}


def test_an_explicit_address_wins_over_the_hint(machines: Any, port: Any) -> None:
    free = free_port()
    explicit = f"advertised.listeners=PLAINTEXT://localhost:{free}"
    number = port(machines.serve("--advertised-port", "9", "--set", explicit))
    machines.forward(f"localhost:{free}", f"127.0.0.1:{number}")
    for client in CLIENTS:
        done = machines.round_trip(client, f"127.0.0.1:{number}", client)
        assert done == {"told": [f"localhost:{free}"], "read": TEN}


# -- clients in other languages -------------------------------------------------------------------


def programs() -> Path:
    caches = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    return Path(os.environ.get("WIREKAFKA_COMPAT_CACHE", f"{caches}/wirekafka-compat"))


def franz_go() -> tuple[list[str], dict[str, str]] | None:
    program = programs() / "go" / "franz"
    return ([str(program)], {}) if program.exists() else None


def kafkajs() -> tuple[list[str], dict[str, str]] | None:
    found = sorted((programs() / "node").glob("*/node_modules/kafkajs"))
    if not found or shutil.which("node") is None:
        return None
    main = str(ROOT / "compat" / "clients" / "node" / "main.js")
    return ["node", main, "kafkajs"], {"NODE_PATH": str(found[-1].parent)}


@pytest.mark.parametrize(
    ("made", "scenario"),
    [(franz_go, "franz_produce_uncompressed"), (kafkajs, "kafkajs_produce_uncompressed")],
)
def test_a_client_of_another_language(
    machines: Any, places: Any, port: Any, published: Any, made: Any, scenario: str
) -> None:
    """What compat has built of it creates a topic, produces and consumes."""
    found = made()
    if found is None:
        pytest.skip("not built: bin/compat clients builds it")
    command, variables = found
    free = free_port()
    number = port(by_flag(machines, free, within=places.broker))
    published(number, BROKER_HOST, places.neighbour, free)
    program = machines.run(*command, f"localhost:{free}", "--only", scenario, **variables)
    assert program.says(r'"result": ?"(\w+)"')[1] == "pass"


# -- the client that never came back --------------------------------------------------------------


def test_a_forwarded_port_without_a_hint_is_named_in_the_log(
    machines: Any, places: Any, port: Any, published: Any
) -> None:
    """The client is told the broker's own loopback, where nobody is for it."""
    broker = machines.serve(within=places.broker)
    number = port(broker)
    found = published(number, "127.0.0.1", places.broker, 0)
    producer = Producer(
        {"bootstrap.servers": f"127.0.0.1:{found}", "client.id": "shop", "log_level": 0}
    )
    producer.produce("orders", b"1")
    line = broker.says("advertised address: shop .*has not come back", SAID_WITHIN_S).string
    producer.purge()
    assert f"told to go to 127.0.0.1:{number}" in line
    assert "--advertised-port" in line
    assert "PUT /addresses" in line


def free_port() -> int:
    """Of both loopback addresses. The hint has to be known before anybody listens there."""
    for _ in range(50):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", 0)) as v4:
            number = v4.getsockname()[1]
            with socket.create_server(("::1", number), family=socket.AF_INET6):
                return int(number)
    raise AssertionError("no port is free")

"""Who is told the forwarded port, and who the address that it reached."""

from __future__ import annotations

import ipaddress

import pytest

from wirekafka.config.listeners import parse_advertised_port
from wirekafka.config.parse import load
from wirekafka.config.property import ConfigError
from wirekafka.network.advertised import Forwarded, Subnets, read_routes

CONTAINER = Subnets(
    (ipaddress.IPv4Network("172.17.0.0/16"),), frozenset([ipaddress.IPv4Address("172.17.0.1")])
)


@pytest.mark.parametrize(
    ("host", "reached", "client", "told"),
    [
        (None, ("127.0.0.1", 9092), "127.0.0.1", ("127.0.0.1", 32768)),  # ssh -L, kubectl
        (None, ("::1", 9092), "::1", ("::1", 32768)),
        (None, ("172.17.0.2", 9092), "172.17.0.1", ("localhost", 32768)),  # a published port
        (None, ("172.17.0.2", 9092), "172.17.0.3", ("172.17.0.2", 9092)),  # another container
        (None, ("172.17.0.2", 9092), "192.168.1.5", ("localhost", 32768)),
        ("lab", ("172.17.0.2", 9092), "192.168.1.5", ("lab", 32768)),
        ("lab", ("127.0.0.1", 9092), "127.0.0.1", ("lab", 32768)),
        (None, ("fd00::2", 9092), "fd00::1", ("localhost", 32768)),
    ],
)
def test_who_comes_through_the_forwarded_port_is_told_it(
    host: str | None, reached: tuple[str, int], client: str, told: tuple[str, int]
) -> None:
    assert Forwarded(host, 32768, CONTAINER).address(reached, client) == told


def test_neighbours_are_read_from_the_routing_table() -> None:
    lines = [
        "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0",
        "eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
        "eth1\t0000000A\t00000000\t0000\t0\t0\t0\t000000FF\t0\t0\t0",  # is down
        "",
    ]
    assert read_routes(lines) == CONTAINER


@pytest.mark.parametrize(
    ("text", "hint"),
    [("32768", (None, 32768)), ("lab:1", ("lab", 1)), ("[fd00::1]:2", ("fd00::1", 2))],
)
def test_a_hint_is_a_port_with_or_without_a_host(text: str, hint: tuple[str | None, int]) -> None:
    assert parse_advertised_port(text) == hint
    assert load(environ={"WIREKAFKA_ADVERTISED_PORT": text}).advertised_port == hint


@pytest.mark.parametrize("text", ["", "x", "0", "65536", "host:", "²"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="HOST"):
        parse_advertised_port(text)

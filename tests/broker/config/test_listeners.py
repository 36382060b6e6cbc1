"""Listener addresses: what is opened, what is advertised, what is refused."""

from __future__ import annotations

import pytest

from wirekafka.config.listeners import (
    Listener,
    parse_advertised,
    parse_listeners,
    parse_protocol_map,
)
from wirekafka.config.property import ConfigError

PROTOCOLS = parse_protocol_map("PLAINTEXT:PLAINTEXT,SSL:SSL,INTERNAL:PLAINTEXT")


@pytest.mark.parametrize(
    ("entry", "listener"),
    [
        ("PLAINTEXT://:9092", Listener("PLAINTEXT", "", 9092, "PLAINTEXT")),
        ("plaintext://0.0.0.0:0", Listener("PLAINTEXT", "0.0.0.0", 0, "PLAINTEXT")),
        ("INTERNAL://[::1]:9092", Listener("INTERNAL", "::1", 9092, "PLAINTEXT")),
        ("BROKER://host.name:1", Listener("BROKER", "host.name", 1, "PLAINTEXT")),
    ],
)
def test_listener(entry: str, listener: Listener) -> None:
    assert parse_listeners([entry], PROTOCOLS) == (listener,)


def test_a_listener_is_written_as_it_is_read() -> None:
    for entry in ("PLAINTEXT://host:1", "PLAINTEXT://[::1]:2"):
        assert str(parse_listeners([entry], PROTOCOLS)[0]) == entry


def test_an_empty_entry_between_commas_is_none() -> None:
    """Start scripts append a list of more listeners, and that list may be empty."""
    listeners = parse_listeners(["PLAINTEXT://:1", ""], PROTOCOLS)
    assert len(listeners) == 1
    assert list(parse_advertised(["PLAINTEXT://a:1", " "], listeners, PROTOCOLS)) == ["PLAINTEXT"]
    with pytest.raises(ConfigError, match="at least one"):
        parse_listeners([""], PROTOCOLS)


def test_controller_listeners_are_dropped() -> None:
    entries = ["PLAINTEXT://:1", "CONTROLLER://:2", "INTERNAL://:3"]
    assert [one.name for one in parse_listeners(entries, PROTOCOLS, ["INTERNAL"])] == ["PLAINTEXT"]


def test_two_listeners_may_both_take_a_free_port() -> None:
    assert len(parse_listeners(["PLAINTEXT://:0", "BROKER://:0"], PROTOCOLS)) == 2


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (["9092"], "is not NAME://host:port"),
        (["PLAINTEXT://::1:9092"], "is not NAME://host:port"),
        (["PLAINTEXT://:65536"], "is not within"),
        (["PLAINTEXT://:99999999999999999999"], "is not within"),
        (["OTHER://:1"], "add OTHER:PLAINTEXT to listener.security.protocol.map"),
        (["SSL://:1"], "speaks SSL"),
        (["PLAINTEXT://:1", "PLAINTEXT://:2"], "two entries have the name PLAINTEXT"),
        (["PLAINTEXT://:1", "BROKER://:1"], "have the same port"),
        (["CONTROLLER://:1"], "at least one"),
        ([], "at least one"),
    ],
)
def test_listeners_refused(entries: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_listeners(entries, PROTOCOLS)


def test_advertised_addresses_are_by_listener_and_may_be_missing() -> None:
    listeners = parse_listeners(["PLAINTEXT://:1", "BROKER://:2"], PROTOCOLS)
    found = parse_advertised(["BROKER://outside:99", "CONTROLLER://x:1"], listeners, PROTOCOLS)
    assert {name: str(one) for name, one in found.items()} == {"BROKER": "BROKER://outside:99"}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("PLAINTEXT://0.0.0.0:1", "no address that a client can reach"),
        ("PLAINTEXT://:1", "no address that a client can reach"),
        ("INTERNAL://x:1", "has no listener of that name"),
    ],
)
def test_advertised_refused(entry: str, message: str) -> None:
    listeners = parse_listeners(["PLAINTEXT://:1"], PROTOCOLS)
    with pytest.raises(ConfigError, match=message):
        parse_advertised([entry], listeners, PROTOCOLS)


@pytest.mark.parametrize("text", ["X", "X:TLS", ":PLAINTEXT"])
def test_protocol_map_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"listener\.security\.protocol\.map"):
        parse_protocol_map(text)

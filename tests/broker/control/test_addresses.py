"""Which address clients are told, looked at and changed while they are connected."""

from __future__ import annotations

from typing import Any

import pytest
from wirekafka_protocol.messages.metadata import MetadataRequest, MetadataResponse

from wirekafka.cli.wire.connection import Connection
from wirekafka.cli.wire.security import Security
from wirekafka.testing.control import ControlRefused


@pytest.fixture
def told(controlled: Any) -> Any:
    """told(): the address of the broker, as one and the same connection hears it."""
    host, _, port = controlled.bootstrap.rpartition(":")
    security = Security(None, None, None, None)
    connection = Connection(host, int(port), security=security, client_id="t", timeout_s=10)

    def ask() -> tuple[str, int]:
        (broker,) = connection.ask(MetadataRequest([]), MetadataResponse).brokers
        return broker.host, broker.port

    yield ask
    connection.close()


def put(controlled: Any, **change: Any) -> Any:
    return controlled.control.request("PUT", "/addresses", change)


def reached(controlled: Any) -> tuple[str, int]:
    host, port = controlled.broker.addresses[0]
    return host, port


def test_without_any_setting_clients_are_told_what_they_reached(controlled: Any, told: Any) -> None:
    assert told() == reached(controlled)
    shown = controlled.control.request("GET", "/addresses")
    assert shown["forwarded"] is None
    assert shown["listeners"] == [
        {"listener": "PLAINTEXT", "listens_on": controlled.bootstrap, "advertised": None}
    ]
    (row,) = shown["connections"]
    assert (row["reached"], row["told"]) == (controlled.bootstrap, controlled.bootstrap)


def test_a_hint_of_a_forwarded_port_counts_at_once_and_can_be_taken_back(
    controlled: Any, told: Any
) -> None:
    assert put(controlled, forwarded={"port": 32768})["forwarded"] == "32768"
    assert told() == ("127.0.0.1", 32768)
    assert put(controlled, forwarded={"port": 1, "host": "proxy"})["forwarded"] == "proxy:1"
    assert told() == ("proxy", 1)
    put(controlled, forwarded=None)
    assert told() == reached(controlled)


def test_an_explicit_address_wins_over_the_hint(controlled: Any, told: Any) -> None:
    put(controlled, forwarded={"port": 1}, advertised={"PLAINTEXT": {"host": "kafka", "port": 2}})
    assert told() == ("kafka", 2)
    put(controlled, advertised={"PLAINTEXT": None})
    assert told() == ("127.0.0.1", 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"advertised": {"PLAINTXT": None}}, "advertised.PLAINTXT"),
        ({"forwarded": {"port": 0}}, "forwarded.port"),
        ({"forwarded": {"host": "x"}}, "forwarded.port"),
        ({"forward": None}, "forward"),
    ],
)
def test_what_cannot_be_is_refused_by_name(controlled: Any, change: Any, field: str) -> None:
    with pytest.raises(ControlRefused) as refused:
        put(controlled, **change)
    assert refused.value.field == field

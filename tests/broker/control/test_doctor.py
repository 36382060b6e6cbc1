"""GET /doctor and the command that asks it."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from wirekafka.cli.main import main


def knock(bootstrap: str) -> None:
    """HTTP at the Kafka port, until the broker closes."""
    host, _, port = bootstrap.rpartition(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n\r\n")
        assert connection.recv(1) == b""


def test_nothing_is_wrong_with_a_new_broker(controlled: Any) -> None:
    assert controlled.control.request("GET", "/doctor") == {
        "mistakes": [],
        "doubts": [],
        "waits": [],
    }


def test_a_mistake_is_shown_with_cause_and_advice(controlled: Any) -> None:
    knock(controlled.bootstrap)
    (mistake,) = controlled.control.request("GET", "/doctor")["mistakes"]
    assert mistake["kind"] == "HTTP to the Kafka port"
    assert "GET /health" in mistake["cause"]
    assert mistake["advice"]
    assert mistake["since"] > 1_600_000_000_000


def test_the_command_says_that_all_is_well(
    controlled: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--control", controlled.port.url]) == 0
    assert "nothing is wrong" in capsys.readouterr().out


def test_the_command_names_mistakes_and_fails(
    controlled: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    knock(controlled.bootstrap)
    assert main(["doctor", "--control", controlled.port.url]) == 1
    assert "MISTAKE HTTP to the Kafka port" in capsys.readouterr().out
    assert main(["doctor", "--json", "--control", controlled.port.url]) == 1
    (mistake,) = json.loads(capsys.readouterr().out)["mistakes"]
    assert mistake["client"] == "a client at 127.0.0.1"


def test_the_command_shows_doubts_and_does_not_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    doubt = {"kind": "k", "client": "app", "cause": "c", "advice": "a", "since": 0, "for_s": 3.0}
    told = {"mistakes": [], "doubts": [doubt], "waits": []}
    monkeypatch.setattr("wirekafka.cli.doctor.ask", lambda *_: told)
    assert main(["doctor", "--control", "9090"]) == 0
    first, *others = capsys.readouterr().out.splitlines()
    assert first == "nothing is certainly wrong, as far as this broker can see"
    assert others == ["DOUBT   k, for 3.0 s", "  app", "  c", "  -> a"]


@pytest.mark.parametrize("address", ["127.0.0.1:1", "unix:/nowhere", "nonsense"])
def test_the_command_says_when_there_is_no_control_port(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--control", address]) == 1
    assert address in capsys.readouterr().err


def test_without_an_address_the_command_says_how_to_have_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("WIREKAFKA_CONTROL", raising=False)
    assert main(["doctor"]) == 1
    assert "wirekafka serve --control" in capsys.readouterr().err


def test_a_kafka_port_is_no_control_port(
    controlled: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--control", controlled.bootstrap]) == 1
    assert controlled.bootstrap in capsys.readouterr().err

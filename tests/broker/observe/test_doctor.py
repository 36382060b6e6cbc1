"""When the doctor looks, and how often it says the same."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from wirekafka.observe.doctor import Doctor


@pytest.fixture
def doctor(scene: Any) -> Doctor:
    doctor = Doctor(scene.recorder, scene.witness, scene.broker, scene.clock)
    scene.recorder.alarm = doctor.look_soon
    scene.witness._alarm = doctor.look_soon
    return doctor


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]


def test_a_lost_client_is_in_the_log_within_five_seconds(
    scene: Any, doctor: Doctor, caplog: pytest.LogCaptureFixture
) -> None:
    scene.connect(given=("elsewhere", 1)).asks_the_way("orders")
    scene.pass_s(5)
    (line,) = warnings(caplog)
    assert line.startswith("advertised address: app at 127.0.0.1 took metadata")
    assert "elsewhere:1" in line
    assert [finding.kind for finding in doctor.mistakes()] == ["advertised address"]


def test_a_doubt_is_said_once_and_is_no_warning(
    scene: Any, doctor: Doctor, caplog: pytest.LogCaptureFixture
) -> None:
    """kafka-python behind a forwarded port: idle, or lost by a wrong hint."""
    caplog.set_level(logging.INFO)
    scene.broker.advertises = False
    client = scene.connect(given=("localhost", 32768))
    client.asks_the_way()
    client.leaves()
    scene.pass_s(10)
    assert warnings(caplog) == []
    (line,) = [text for text in caplog.messages if "app at 127.0.0.1" in text]
    assert "localhost:32768" in line
    assert "--advertised-port" in line
    assert doctor.mistakes() == []
    assert [doubt.kind for doubt in doctor.doubts()] == ["advertised address"]


def test_a_finding_is_said_once(
    scene: Any, doctor: Doctor, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(20):
        client = scene.connect()
        client.tape.refused(memoryview(b"GET / HTTP/1.1\r\n"), 0, 16)
        client.leaves()
        scene.pass_s(1)
    assert len(warnings(caplog)) == 1


def test_it_is_said_again_when_it_goes_on(
    scene: Any, doctor: Doctor, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(130):
        client = scene.connect()
        client.asks_the_way("orders")
        client.leaves()
        scene.pass_s(1)
    assert len(warnings(caplog)) == 3


def test_the_doctor_rests_when_nothing_can_become_a_mistake(scene: Any, doctor: Doctor) -> None:
    scene.connect().asks_the_way("orders")
    scene.pass_s(120)
    assert doctor._timer is None


def test_waiting_is_not_logged(
    scene: Any, doctor: Doctor, caplog: pytest.LogCaptureFixture
) -> None:
    client = scene.connect()
    client.asks_the_way("orders")
    client.tape.throttled(60_000)
    scene.connect().tape.served = 5
    scene.pass_s(1)
    assert [finding.kind for finding in doctor.waits()] == ["quota"]
    assert warnings(caplog) == []

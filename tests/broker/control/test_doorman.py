"""The first connections to a control port, which come before what speaks HTTP is loaded."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from wirekafka.control.server import ControlPort, _Doorman


class Transport(asyncio.Transport):
    """`forgetful` as those of Python 3.11.2: after `connection_made` it reads, whatever that said,
    and it thinks that it does not."""

    def __init__(self, *, forgetful: bool) -> None:
        super().__init__()
        self.forgetful = forgetful
        self.protocol: Any = None
        self.reads = False
        self._is_paused = False

    def connect(self, protocol: asyncio.Protocol) -> None:
        self.protocol = protocol
        protocol.connection_made(self)
        self.reads = self.forgetful or not self._is_paused

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def pause_reading(self) -> None:
        if not self._is_paused:
            self._is_paused, self.reads = True, False

    def resume_reading(self) -> None:
        if self._is_paused:
            self._is_paused, self.reads = False, True


class Http(asyncio.Protocol):
    """What speaks HTTP."""

    def __init__(self) -> None:
        self.heard = b""

    def data_received(self, data: bytes) -> None:
        self.heard += data


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> ControlPort:
    made = ControlPort(SimpleNamespace(dispatcher=SimpleNamespace()))  # type: ignore[arg-type]
    monkeypatch.setattr(made, "_http", Http)
    monkeypatch.setattr(made, "_load_or_say", lambda: None)
    monkeypatch.setattr(asyncio, "create_task", lambda *_, **__: "loading")
    return made


def test_nothing_is_read_while_nobody_understands_it(port: ControlPort) -> None:
    transport = Transport(forgetful=False)
    transport.connect(_Doorman(port))
    assert not transport.reads


def test_what_was_read_all_the_same_is_handed_over_and_no_more_is_read(port: ControlPort) -> None:
    transport = Transport(forgetful=True)
    transport.connect(_Doorman(port))
    transport.protocol.data_received(b"GET ")
    assert not transport.reads
    port._hand_over()
    transport.protocol.data_received(b"/ready")
    assert transport.reads
    assert transport.protocol.heard == b"GET /ready"


def test_who_comes_when_all_is_loaded_is_not_held(port: ControlPort) -> None:
    port._config = object()
    transport = Transport(forgetful=False)
    transport.connect(_Doorman(port))
    assert transport.reads
    assert isinstance(transport.protocol, Http)
